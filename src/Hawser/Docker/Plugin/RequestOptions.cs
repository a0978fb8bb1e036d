using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hawser.Core;
using Hawser.Core.Intent;
using Options = System.Collections.Generic.IReadOnlyDictionary<string, System.Text.Json.JsonElement>;

namespace Hawser.Docker.Plugin;

/// <summary>Reads the Options map of a request. What is missing or null is empty; what has a wrong type is refused by name.</summary>
public static class RequestOptions
{
    public const string Generic = "com.docker.network.generic";
    public const string EnableIPv4 = "com.docker.network.enable_ipv4";
    public const string EnableIPv6 = "com.docker.network.enable_ipv6";
    public const string Internal = "com.docker.network.internal";
    public const string InterfaceName = "com.docker.network.endpoint.ifname";
    public const string PortMap = "com.docker.network.portmap";
    public const string ExposedPorts = "com.docker.network.endpoint.exposedports";

    const string EnginePrefix = "com.docker.network.";

    /// <summary>The options of `docker network create -o`. Their names are found in any case.</summary>
    public static ImmutableDictionary<string, string> ReadGeneric(Options? options)
    {
        if (!TryGet(options, Generic, out var generic))
            return Empty;
        if (generic.ValueKind != JsonValueKind.Object)
            throw Refused(Generic, "not a map");
        return Collect(generic.EnumerateObject().Select(entry => (Name(Generic, entry), entry.Value)));
    }

    /// <summary>
    /// The options of `docker network connect --driver-opt`, which come mixed with the engine's own. Their names are
    /// found in any case, because the CLI lower-cases them in `--network name=…,driver-opt=…` (docker/cli opts/network.go).
    /// </summary>
    public static ImmutableDictionary<string, string> ReadDriverOptions(Options? options) =>
        Collect((options ?? ImmutableDictionary<string, JsonElement>.Empty)
            .Where(entry => !entry.Key.StartsWith(EnginePrefix, StringComparison.OrdinalIgnoreCase))
            .Select(entry => (entry.Key, entry.Value)));

    /// <summary>The ports to publish.</summary>
    /// <exception cref="PluginException">A port is to be published on something that is no address.</exception>
    public static ImmutableArray<PortRequest> ReadPortMap(Options? options) =>
        [.. ReadArray(options, PortMap, DockerJson.Default.PortBindingArray).Select(Read)];

    public static ImmutableArray<ExposedPort> ReadExposedPorts(Options? options) =>
        ReadArray(options, ExposedPorts, DockerJson.Default.ExposedPortArray);

    /// <summary>A flag of the engine. It is a JSON boolean, or a string where the user set it with -o.</summary>
    public static bool ReadFlag(Options? options, string key, bool whenAbsent)
    {
        if (!TryGet(options, key, out var value))
            return whenAbsent;
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String => ParseFlag(Text(key, value)) ?? throw Refused(key, "neither true nor false"),
            _ => throw Refused(key, "neither true nor false"),
        };
    }

    // Go strconv.ParseBool
    static bool? ParseFlag(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };

    static ImmutableArray<T> ReadArray<T>(Options? options, string key, JsonTypeInfo<T[]> type)
    {
        if (!TryGet(options, key, out var value))
            return [];
        try
        {
            var items = value.Deserialize(type) ?? [];
            if (items.Contains(default))
                throw Refused(key, "a list with an empty entry");
            return ImmutableCollectionsMarshal.AsImmutableArray(items);
        }
        catch (JsonException exception)
        {
            throw Refused(key, $"malformed at {exception.Path}", exception);
        }
    }

    static ImmutableDictionary<string, string> Collect(IEnumerable<(string Name, JsonElement Value)> entries)
    {
        var collected = Empty.ToBuilder();
        foreach (var (name, value) in entries)
            if (!collected.TryAdd(name, Text(name, value)))
                throw Refused(name, "given twice");
        return collected.ToImmutable();
    }

    static string Text(string key, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return "";
        if (value.ValueKind != JsonValueKind.String)
            throw Refused(key, "not a string");
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            // JsonElement decodes late: half a surrogate pair ("\ud800") is only found here.
            throw Refused(key, "not valid text", exception);
        }
    }

    static string Name(string key, JsonProperty entry)
    {
        try
        {
            return entry.Name;
        }
        catch (InvalidOperationException exception)
        {
            throw Refused(key, "a map with a name that is not valid text", exception);
        }
    }

    static bool TryGet(Options? options, string key, out JsonElement value)
    {
        value = default;
        return options is not null && options.TryGetValue(key, out value)
            && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);
    }

    static PluginException Refused(string key, string why, Exception? inner = null) =>
        new($"option {key}: the value is {why}", inner);

    static ImmutableDictionary<string, string> Empty { get; } =
        ImmutableDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase);

    static PortRequest Read(PortBinding binding)
    {
        IPAddress? host = null;
        if (binding.HostIP.Length > 0 && !IPAddress.TryParse(binding.HostIP, out host))
            throw new PluginException($"host address \"{binding.HostIP}\" of port {binding.Port} is not an IP address");
        return new PortRequest(binding.Proto, host, binding.HostPort, binding.HostPortEnd, binding.Port);
    }
}
