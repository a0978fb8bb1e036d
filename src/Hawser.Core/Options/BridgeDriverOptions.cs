namespace Hawser.Core.Options;

/// <summary>The options of Docker's driver <c>bridge</c>, such as its gateway modes. Docker hands them on to any driver.</summary>
public static class BridgeDriverOptions
{
    static readonly string[] Prefixes = ["com.docker.network.bridge.", "com.docker.network.host_ipv"];

    /// <summary>Whether an option is one that this driver alone acts on.</summary>
    public static bool Include(string option) => Prefixes.Any(prefix => option.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
