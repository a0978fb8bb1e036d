using System.Globalization;

namespace Hawser.Bench;

/// <summary>What the figures were taken on.</summary>
sealed record HostDescription(
    string Commit, string System, string Kernel, int Processors, string OpenVSwitch, string Ovn, string Docker, string Datapath,
    bool HasSegmentation)
{
    /// <summary>Whether packets stay in the kernel.</summary>
    public bool IsKernelDatapath => Datapath != "netdev";

    /// <summary>Whether the kernel has tables for iptables. If not, Hawser's networks are flat ones: the host is not on them.</summary>
    /// <remarks>Told by whoever knows the kernel: HAWSER_BENCH_FIREWALL.</remarks>
    public static bool HasFirewall => Environment.GetEnvironmentVariable("HAWSER_BENCH_FIREWALL") != "false";

    /// <summary>
    /// Asks a host that has one network of Hawser's, whose bridge has the datapath that Hawser chose, or only OVN's bridges.
    /// </summary>
    /// <remarks>The commit is told by whoever built the binary: HAWSER_BENCH_COMMIT.</remarks>
    public static async Task<HostDescription> ReadAsync() => new(
        Environment.GetEnvironmentVariable("HAWSER_BENCH_COMMIT") ?? "unknown",
        await Shell.BashAsync(". /etc/os-release && echo \"$PRETTY_NAME\""),
        await Shell.RunAsync("uname", "-r"),
        Environment.ProcessorCount,
        await Shell.BashAsync("ovs-vsctl --version | sed -n '1s/.* //p'"),
        await Shell.BashAsync("ovn-nbctl --version | sed -n '1s/.* //p'"),
        await Shell.RunAsync("docker", "version", "--format", "{{.Server.Version}}"),
        await Shell.BashAsync(
            "ovs-vsctl --timeout=10 get bridge \"$(ovs-vsctl --timeout=10 list-br | head -n1)\" datapath_type | tr -d '\"'"),
        await Shell.RunAsync(
            "ovs-vsctl", "--timeout=10", "--if-exists", "get", "Open_vSwitch", ".", "other_config:userspace-tso-enable") == "\"true\"");

    public void Print(TextWriter output, int runs)
    {
        var datapath = (IsKernelDatapath, HasSegmentation) switch
        {
            (true, _) => "kernel datapath",
            (_, true) => "userspace datapath with userspace-tso-enable",
            _ => "userspace datapath",
        };
        var processors = Processors.ToString(CultureInfo.InvariantCulture);
        output.WriteLine($"Hawser at commit {Commit}, {System}, Linux {Kernel}, {processors} processors,");
        output.WriteLine($"Docker {Docker}, Open vSwitch {OpenVSwitch} ({datapath}), OVN {Ovn}.");
        output.WriteLine(
            $"Medians of {runs.ToString(CultureInfo.InvariantCulture)} turns, all of one session; in brackets the middle half of them.");
        output.WriteLine();
    }
}
