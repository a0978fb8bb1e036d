using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Hawser.Linux;

namespace Hawser.Docker.Engine;

/// <summary>The text of dockerd's daemon.json. Only "dns" is ever changed in it; every other byte stays as it is.</summary>
sealed class DaemonJson
{
    const string OldFile = ".old";
    const string Unfinished = ".new";
    const UnixFileMode ForAllToRead = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    readonly byte[] _text;
    readonly int _afterBrace;
    readonly Range? _dns;
    readonly bool _isEmpty;

    DaemonJson(byte[] text)
    {
        _text = text;
        // First checks that it is whole and valid: an edit by position must not mend half a file.
        using (JsonDocument.Parse(text)) { }
        var reader = new Utf8JsonReader(text);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new FormatException("it is not a JSON object");
        _afterBrace = (int)reader.BytesConsumed;
        _isEmpty = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            _isEmpty = false;
            var isDns = reader.ValueTextEquals("dns"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (isDns) Dns = ReadServers(ref reader);
            else reader.Skip();
            if (isDns) _dns = start..(int)reader.BytesConsumed;
        }
    }

    /// <summary>The servers that "dns" names; null where it is not there.</summary>
    public ImmutableArray<IPAddress>? Dns { get; }

    /// <summary>Reads a file. A file that does not exist is an empty object, as for dockerd.</summary>
    /// <exception cref="FormatException">It cannot be read; the message says why.</exception>
    public static DaemonJson Read(string file)
    {
        try
        {
            return Parse(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Parse("{}\n"u8.ToArray());
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{file} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <exception cref="FormatException">dockerd would not take it.</exception>
    public static DaemonJson Parse(byte[] text)
    {
        try
        {
            return new DaemonJson(text);
        }
        catch (JsonException e)
        {
            throw new FormatException($"it is not valid JSON in line {e.LineNumber + 1}", e);
        }
    }

    /// <summary>The text with these servers in "dns".</summary>
    public byte[] With(IEnumerable<IPAddress> servers)
    {
        var list = $"[{string.Join(", ", servers.Select(s => $"\"{s}\""))}]";
        if (_dns is { } found) return [.. _text[..found.Start], .. Encoding.UTF8.GetBytes(list), .. _text[found.End..]];
        var isOneLine = _isEmpty || !IsEndOfLine(_text.AsSpan(_afterBrace));
        var setting = Encoding.UTF8.GetBytes($"{(isOneLine ? " " : "\n  ")}\"dns\": {list}{(_isEmpty ? " " : ",")}");
        return [.. _text[.._afterBrace], .. setting, .. _text[_afterBrace..]];
    }

    /// <summary>Replaces a file, so that a reader sees either the old text or the new one, and keeps the old file beside it.</summary>
    /// <returns>The name of the old file; null where there was none.</returns>
    public static string? Replace(string file, byte[] text)
    {
        Debug.Assert(OperatingSystem.IsLinux());
        // A link stays a link: a rename onto it would put a file in its place.
        var named = new FileInfo(file);
        var place = named.LinkTarget is null ? file : named.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        var folder = Path.GetDirectoryName(place)!;
        Directory.CreateDirectory(folder);
        var hadOne = File.Exists(place);
        if (hadOne) File.Copy(place, place + OldFile, overwrite: true);
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = hadOne ? File.GetUnixFileMode(place) : ForAllToRead,
        };
        File.Delete(place + Unfinished);
        using (var stream = new FileStream(place + Unfinished, options))
        {
            stream.Write(text);
            stream.Flush(flushToDisk: true);
        }
        File.Move(place + Unfinished, place, overwrite: true);
        Durability.SyncFolder(folder);
        return hadOne ? place + OldFile : null;
    }

    static bool IsEndOfLine(ReadOnlySpan<byte> rest) => rest.TrimStart(" \t\r"u8) is [(byte)'\n', ..];

    static ImmutableArray<IPAddress> ReadServers(ref Utf8JsonReader reader)
    {
        var servers = ImmutableArray.CreateBuilder<IPAddress>();
        if (reader.TokenType != JsonTokenType.StartArray) throw new FormatException("its \"dns\" is not a list of addresses");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String || !IPAddress.TryParse(reader.GetString(), out var server))
                throw new FormatException("its \"dns\" is not a list of addresses");
            servers.Add(server);
        }
        return servers.DrainToImmutable();
    }
}
