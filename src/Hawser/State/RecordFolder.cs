using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hawser.Core;
using Hawser.Linux;
using Microsoft.Win32.SafeHandles;

namespace Hawser.State;

/// <summary>
/// A folder with one JSON file per record. Each is written under another name and renamed into place, so that a reader, or a
/// start after a kill at any moment, sees the old record or the new one.
/// </summary>
sealed class RecordFolder<T>(string path, bool durable, JsonTypeInfo<T> type) where T : class
{
    const string Extension = ".json";
    const string Unfinished = ".new";

    /// <summary>Where the records are.</summary>
    public string Path { get; } = path;

    /// <summary>Reads all records. Files that cannot be read are reported, and stay where they are.</summary>
    public IReadOnlyList<T> Load(Action<string, Exception> onUnreadable)
    {
        Directory.CreateDirectory(Path);
        foreach (var unfinished in Directory.EnumerateFiles(Path, "*" + Unfinished)) File.Delete(unfinished);
        var records = new List<T>();
        foreach (var file in Directory.EnumerateFiles(Path, "*" + Extension).Order(StringComparer.Ordinal))
        {
            try
            {
                records.Add(JsonSerializer.Deserialize(File.ReadAllBytes(file), type) ?? throw new JsonException("the file says null"));
            }
            catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or FormatException)
            {
                onUnreadable(file, e);
            }
        }
        return records;
    }

    /// <summary>Writes a record.</summary>
    /// <exception cref="PluginException">It cannot be written. The earlier record stays.</exception>
    public void Write(string name, T record)
    {
        var (final, unfinished) = (File_(name), File_(name) + Unfinished);
        var json = JsonSerializer.SerializeToUtf8Bytes(record, type);
        try
        {
            using (var file = Open(unfinished))
            {
                RandomAccess.Write(file, json, 0);
                if (durable) RandomAccess.FlushToDisk(file);
            }
            File.Move(unfinished, final, overwrite: true);
            if (durable) Durability.SyncFolder(Path);
        }
        catch (Exception e) when (IsOfTheDisk(e))
        {
            throw new PluginException($"{final} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Deletes a record. One that is gone already is fine.</summary>
    /// <exception cref="PluginException">It cannot be deleted.</exception>
    public void Delete(string name)
    {
        try
        {
            File.Delete(File_(name));
            if (durable) Durability.SyncFolder(Path);
        }
        catch (DirectoryNotFoundException)
        {
            // Someone removed the folder, and the record with it.
        }
        catch (Exception e) when (IsOfTheDisk(e))
        {
            throw new PluginException($"{File_(name)} cannot be deleted: {e.Message}", e);
        }
    }

    static bool IsOfTheDisk(Exception e) => e is IOException or UnauthorizedAccessException or LinuxException;

    SafeFileHandle Open(string file)
    {
        try
        {
            return Create(file);
        }
        catch (DirectoryNotFoundException)
        {
            // Someone removed the folder while we run. What is recorded from now on must not be lost because of that.
            Directory.CreateDirectory(Path);
            return Create(file);
        }

        static SafeFileHandle Create(string file) => File.OpenHandle(file, FileMode.Create, FileAccess.Write);
    }

    string File_(string name) => System.IO.Path.Combine(Path, name + Extension);
}
