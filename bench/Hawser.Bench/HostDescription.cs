using System.Globalization;

namespace Hawser.Bench;

/// <summary>What the figures were taken on.</summary>
sealed record HostDescription(string Kernel, int Processors, string OpenVSwitch, string Docker, string Datapath)
{
    /// <summary>Asks a host that has one network of Hawser's, whose bridge has the datapath that Hawser chose, or only OVN's bridges.</summary>
    public static async Task<HostDescription> ReadAsync() => new(
        await Shell.RunAsync("uname", "-r"),
        Environment.ProcessorCount,
        await Shell.BashAsync("ovs-vsctl --version | sed -n '1s/.* //p'"),
        await Shell.RunAsync("docker", "version", "--format", "{{.Server.Version}}"),
        await Shell.BashAsync("ovs-vsctl --timeout=10 get bridge \"$(ovs-vsctl --timeout=10 list-br | head -n1)\" datapath_type | tr -d '\"'"));

    public void Print(TextWriter output, int runs)
    {
        output.WriteLine($"Kernel {Kernel}, {Processors.ToString(CultureInfo.InvariantCulture)} processors, Open vSwitch {OpenVSwitch} ({(Datapath == "netdev" ? "userspace" : "kernel")} datapath), Docker {Docker}.");
        output.WriteLine($"Medians of {runs.ToString(CultureInfo.InvariantCulture)} runs, all of one session.");
        output.WriteLine();
    }
}
