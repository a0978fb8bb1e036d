namespace Hawser.Docker.Engine;

/// <summary>One line of GET /events, such as network connect, container die or daemon reload.</summary>
public sealed record EngineEvent(string Type = "", string Action = "", EngineActor? Actor = null, long TimeNano = 0);

/// <summary>For a network event, ID is the network, and Attributes hold "container", "name" and "type" (its driver).</summary>
public sealed record EngineActor(string ID = "", IReadOnlyDictionary<string, string>? Attributes = null);
