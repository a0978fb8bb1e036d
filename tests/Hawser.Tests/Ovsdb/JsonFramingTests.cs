using System.IO.Pipelines;
using System.Text;
using Hawser.Ovsdb;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Ovsdb;

public sealed class JsonFramingTests
{
    const string Messages = """{"a":"} \" ] \\"}[1,[2,{}]] {"é":"漢😀","\u0041":null}{}""";

    static readonly string[] Values = ["""{"a":"} \" ] \\"}""", "[1,[2,{}]]", """{"é":"漢😀","\u0041":null}""", "{}"];

    [Fact]
    public async Task A_stream_cut_anywhere_gives_the_same_values()
    {
        var bytes = Encoding.UTF8.GetBytes(Messages);
        for (var cut = 0; cut <= bytes.Length; cut++)
            (await ReadAsync(bytes[..cut], bytes[cut..])).SequenceEqual(Values).ShouldBeTrue($"cut at byte {cut}");
    }

    [Fact]
    public async Task A_stream_of_single_bytes_gives_the_same_values() =>
        (await ReadAsync(Encoding.UTF8.GetBytes(Messages).Select(b => new[] { b }).ToArray())).ShouldBe(Values);

    [Theory]
    [InlineData("{}x{}")]
    [InlineData("5{}")]
    [InlineData("\"{}\"")]
    [InlineData("}{}")]
    [InlineData("{]")]
    [InlineData("{\"a\":1")]
    [InlineData("{\"a\":}")]
    public async Task What_is_no_sequence_of_objects_is_refused(string text) =>
        await Should.ThrowAsync<OvsdbProtocolException>(() => ReadAsync(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public async Task Nesting_is_limited_as_in_the_server()
    {
        (await ReadAsync(Nested(JsonFraming.MaxDepth))).Count.ShouldBe(1);
        await Should.ThrowAsync<OvsdbProtocolException>(() => ReadAsync(Nested(JsonFraming.MaxDepth + 1)));
    }

    static byte[] Nested(int depth) => Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth));

    static async Task<List<string>> ReadAsync(params byte[][] segments)
    {
        var pipe = new Pipe();
        var framing = new JsonFraming(pipe.Reader);
        var values = new List<string>();
        var reading = ReadAllAsync();
        foreach (var segment in segments)
        {
            // A flush is over when the reader has taken the bytes up, so each segment is seen on its own.
            await pipe.Writer.WriteAsync(segment);
        }
        await pipe.Writer.CompleteAsync();
        await reading;
        return values;

        async Task ReadAllAsync()
        {
            while (await framing.ReadAsync(Within.Seconds(10)) is { } value)
                values.Add(value.GetRawText());
        }
    }
}
