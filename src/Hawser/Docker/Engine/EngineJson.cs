using System.Text.Json.Serialization;

namespace Hawser.Docker.Engine;

/// <summary>The Docker Engine API's JSON, read as Go reads it, like <c>DockerJson</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNameCaseInsensitive = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(NullIsEmptyString)])]
[JsonSerializable(typeof(EngineNetwork[]))]
[JsonSerializable(typeof(EngineNetworkCreate))]
[JsonSerializable(typeof(EngineNetworkCreated))]
[JsonSerializable(typeof(EngineContainer[]))]
[JsonSerializable(typeof(EngineContainerDetails))]
[JsonSerializable(typeof(EngineEvent))]
[JsonSerializable(typeof(EnginePlugin[]))]
[JsonSerializable(typeof(EngineVersion))]
[JsonSerializable(typeof(EngineFailure))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
sealed partial class EngineJson : JsonSerializerContext;

/// <summary>The body of every status from 400 on.</summary>
sealed record EngineFailure(string Message = "");
