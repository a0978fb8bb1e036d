using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hawser.Ovsdb;

/// <summary>Writes the JSON-RPC 1.0 messages of RFC 7047 §4.</summary>
static class MessageWriter
{
    // Not HTML: text goes as UTF-8 instead of \u escapes. MaxDepth of the writer is 1000 by default.
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The keepalive request, in the form that OVS itself sends (lib/jsonrpc.c, jsonrpc_create_echo).</summary>
    public static ReadOnlyMemory<byte> Probe { get; } = """{"id":"echo","method":"echo","params":[]}"""u8.ToArray();

    public static ReadOnlyMemory<byte> Request(long id, string method, Action<Utf8JsonWriter> writeParams) => Write(writer =>
    {
        writer.WriteNumber("id"u8, id);
        WriteCall(writer, method, writeParams);
    });

    public static ReadOnlyMemory<byte> Notification(string method, Action<Utf8JsonWriter> writeParams) => Write(writer =>
    {
        writer.WriteNull("id"u8);
        WriteCall(writer, method, writeParams);
    });

    /// <summary>The answer to <c>echo</c>: the parameters as they came (RFC 7047 §4.1.11).</summary>
    public static ReadOnlyMemory<byte> EchoReply(JsonElement request) => Write(writer =>
    {
        WriteCopy(writer, "id", request);
        writer.WritePropertyName("result"u8);
        request.GetProperty("params").WriteTo(writer);
        writer.WriteNull("error"u8);
    });

    public static ReadOnlyMemory<byte> UnknownMethod(JsonElement request) => Write(writer =>
    {
        WriteCopy(writer, "id", request);
        writer.WriteNull("result"u8);
        writer.WriteString("error"u8, OvsdbErrors.UnknownMethod);
    });

    static void WriteCall(Utf8JsonWriter writer, string method, Action<Utf8JsonWriter> writeParams)
    {
        writer.WriteString("method"u8, method);
        writer.WritePropertyName("params"u8);
        writeParams(writer);
    }

    static void WriteCopy(Utf8JsonWriter writer, string name, JsonElement from)
    {
        writer.WritePropertyName(name);
        from.GetProperty(name).WriteTo(writer);
    }

    static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        writeMembers(writer);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
