using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Options;

namespace Hawser.State;

/// <summary>How records of intent are written to files: for people to read, with addresses and ids as plain text.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    Converters =
    [
        typeof(AddressConverter), typeof(PoolConverter), typeof(MacConverter), typeof(NetworkIdConverter), typeof(EndpointIdConverter),
        typeof(ValueArrayConverter<Subnet>), typeof(ValueArrayConverter<IPAddress>), typeof(ValueArrayConverter<PublishedPort>),
        typeof(ValueArrayConverter<string>), typeof(ValueArrayConverter<int>), typeof(AttachmentIdConverter), typeof(LinkAddressConverter),
        typeof(AttachedRouteConverter), typeof(ValueArrayConverter<LinkAddress>), typeof(ValueArrayConverter<AttachedRoute>),
    ])]
[JsonSerializable(typeof(NetworkRecord))]
[JsonSerializable(typeof(EndpointRecord))]
[JsonSerializable(typeof(AttachmentRecord))]
[JsonSerializable(typeof(ImmutableArray<LinkAddress>))]
[JsonSerializable(typeof(ImmutableArray<AttachedRoute>))]
[JsonSerializable(typeof(ImmutableArray<Subnet>))]
[JsonSerializable(typeof(ImmutableArray<IPAddress>))]
[JsonSerializable(typeof(ImmutableArray<PublishedPort>))]
[JsonSerializable(typeof(ImmutableArray<string>))]
[JsonSerializable(typeof(ImmutableArray<int>))]
sealed partial class IntentJson : JsonSerializerContext;

/// <summary>Writes a value array as a plain JSON array.</summary>
sealed class ValueArrayConverter<T> : JsonConverter<ValueArray<T>>
{
    public override ValueArray<T> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(ref reader, Items(options));

    public override void Write(Utf8JsonWriter writer, ValueArray<T> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, [.. value], Items(options));

    static JsonTypeInfo<ImmutableArray<T>> Items(JsonSerializerOptions options) =>
        (JsonTypeInfo<ImmutableArray<T>>)options.GetTypeInfo(typeof(ImmutableArray<T>));
}

sealed class AddressConverter : JsonConverter<IPAddress>
{
    public override IPAddress Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        IPAddress.TryParse(reader.GetString(), out var address) ? address : throw new JsonException("not an address");

    public override void Write(Utf8JsonWriter writer, IPAddress value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

sealed class PoolConverter : JsonConverter<IPNetwork>
{
    public override IPNetwork Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        IPNetwork.TryParse(reader.GetString(), out var pool) ? pool : throw new JsonException("not a subnet");

    public override void Write(Utf8JsonWriter writer, IPNetwork value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

sealed class MacConverter : JsonConverter<MacAddress>
{
    public override MacAddress Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        MacAddress.TryParse(reader.GetString(), out var mac) ? mac : throw new JsonException("not a MAC address");

    public override void Write(Utf8JsonWriter writer, MacAddress value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

sealed class NetworkIdConverter : JsonConverter<NetworkId>
{
    public override NetworkId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("not an id"));

    public override void Write(Utf8JsonWriter writer, NetworkId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}

sealed class EndpointIdConverter : JsonConverter<EndpointId>
{
    public override EndpointId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("not an id"));

    public override void Write(Utf8JsonWriter writer, EndpointId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}

sealed class AttachmentIdConverter : JsonConverter<AttachmentId>
{
    public override AttachmentId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("not an id"));

    public override void Write(Utf8JsonWriter writer, AttachmentId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}

sealed class LinkAddressConverter : JsonConverter<LinkAddress>
{
    public override LinkAddress Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        LinkAddress.TryParse(reader.GetString(), out var address)
            ? address
            : throw new JsonException("not an address with the length of its prefix");

    public override void Write(Utf8JsonWriter writer, LinkAddress value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

sealed class AttachedRouteConverter : JsonConverter<AttachedRoute>
{
    public override AttachedRoute Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        AttachedRoute.Parse(reader.GetString()) ?? throw new JsonException("not a route");

    public override void Write(Utf8JsonWriter writer, AttachedRoute value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
