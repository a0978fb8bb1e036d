namespace Hawser.Lab.Harness;

/// <summary>Docker and Open vSwitch without hawser: the lab itself.</summary>
public sealed class BareHost() : LabHost("bare");

/// <summary>The host of most tests.</summary>
public sealed class MainHost() : LabHost("main", "--hawser");

/// <summary>The host whose daemons are killed.</summary>
public sealed class FragileHost() : LabHost("fragile", "--hawser");

/// <summary>A host whose Open vSwitch segments and computes checksums itself.</summary>
public sealed class TsoHost() : LabHost("tso", "--hawser", "--tso");

[CollectionDefinition(Collections.Bare)]
public sealed class BareHostDefinition : ICollectionFixture<BareHost>;

[CollectionDefinition(Collections.Main)]
public sealed class MainHostDefinition : ICollectionFixture<MainHost>;

[CollectionDefinition(Collections.Fragile)]
public sealed class FragileHostDefinition : ICollectionFixture<FragileHost>;

[CollectionDefinition(Collections.Tso)]
public sealed class TsoHostDefinition : ICollectionFixture<TsoHost>;

public static class Collections
{
    public const string Bare = "a host without hawser";
    public const string Main = "a host with hawser";
    public const string Fragile = "a host whose daemons are killed";
    public const string Tso = "a host with userspace-tso-enable";
}
