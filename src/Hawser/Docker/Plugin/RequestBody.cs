using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Hawser.Docker.Plugin;

/// <summary>Reads a whole body, with Content-Length or chunked, up to a limit far above what Docker sends.</summary>
static class RequestBody
{
    /// <summary>The largest request seen has 900 bytes; a container with ten thousand published ports makes 1 MB.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>
    /// What exceeds <see cref="MaxBytes"/> is read and thrown away up to this, so that the client is there to read the
    /// refusal: closing a unix socket with unread data resets it under the client's write.
    /// </summary>
    public const int MaxDrainedBytes = 16 * MaxBytes;

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength == 0)
            return ReadOnlyMemory<byte>.Empty;
        var body = new ArrayBufferWriter<byte>((int)Math.Min(request.ContentLength ?? 4096, MaxBytes));
        long length = 0;
        try
        {
            while (await request.BodyReader.ReadAsync(ct) is var read)
            {
                length += read.Buffer.Length;
                if (length <= MaxBytes)
                    foreach (var segment in read.Buffer)
                        body.Write(segment.Span);
                request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    break;
            }
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLarge(exception);
        }
        catch (BadHttpRequestException exception)
        {
            throw new MalformedRequestException("the request body ended early or is badly framed", exception);
        }
        return length <= MaxBytes ? body.WrittenMemory : throw TooLarge(null);
    }

    static MalformedRequestException TooLarge(Exception? inner) =>
        new($"the request body is larger than {MaxBytes} bytes", inner) { Status = StatusCodes.Status413PayloadTooLarge };
}
