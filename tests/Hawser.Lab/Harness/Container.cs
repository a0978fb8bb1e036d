using System.Globalization;

namespace Hawser.Lab.Harness;

/// <summary>A container of a test.</summary>
public sealed record Container(LabHost Host, string Name)
{
    /// <summary>Runs a command in it, as docker exec does.</summary>
    public async Task<CommandResult> ExecAsync(string command) => (await TryExecAsync(command)).OrFail();

    /// <summary>Runs a command in it, as docker exec does.</summary>
    public Task<CommandResult> TryExecAsync(string command) => Host.TryEnterAsync(Name, $"-m -u -i -n -p {command}");

    /// <summary>Succeeds once the address answers.</summary>
    public Task ReachesAsync(string address) => Eventually.SucceedsAsync(() => TryExecAsync($"ping -c1 -W1 {address}"));

    public async Task DoesNotReachAsync(string address) =>
        (await TryExecAsync($"ping -c2 -i0.2 -W1 {address}")).Output.ShouldMatch(" 0 packets received|unreachable", $"{Name} reaches {address}");

    /// <summary>Sends a packet every 10 ms for ten seconds, and counts those that got no answer.</summary>
    public async Task<int> CountLostAsync(string address)
    {
        const int Packets = 1000;
        var result = await InItsNetworkAsync($"ping -q -i 0.01 -c {Packets} {address} || true");
        var received = result.Text.Split('\n').Single(line => line.Contains("received", StringComparison.Ordinal)).Split(", ")[1].Split(' ')[0];
        return Packets - int.Parse(received, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The page at an address, over TCP.</summary>
    public async Task<string> FetchAsync(string url) =>
        (await Eventually.SucceedsAsync(() => TryExecAsync($"timeout 5 wget -qO- {url}"))).Text;

    public async Task DoesNotFetchAsync(string url) =>
        (await TryExecAsync($"timeout 2 wget -qO- {url}")).Succeeded.ShouldBeFalse($"{Name} fetches {url}");

    /// <summary>The container's addresses of one family, with prefix length, over all its interfaces but lo.</summary>
    public async Task<string[]> AddressesAsync(int family = 4) =>
        (await ExecAsync($"ip -{family} -o address show scope global")).Text
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3])
            .ToArray();

    /// <summary>Its address on the only network that it is on.</summary>
    public async Task<string> AddressAsync(int family = 4) => (await AddressesAsync(family)).ShouldHaveSingleItem().Split('/')[0];

    public async Task<string> DefaultRoutesAsync(int family = 4) => (await ExecAsync($"ip -{family} route show default")).Text;

    public async Task<string> MacAsync(string device = "eth0") => (await ExecAsync($"cat /sys/class/net/{device}/address")).Text;

    /// <summary>A counter of its network stack, such as IcmpInEchos or Icmp6InEchos, as nstat(8) names them.</summary>
    public async Task<long> CounterAsync(string name) => long.Parse((await InItsNetworkAsync($"nstat -asz {name} | awk '$1 == \"{name}\" {{ print $2 }}'")).Text, CultureInfo.InvariantCulture);

    /// <summary>The offloads of its interface, as ethtool -k prints them.</summary>
    public async Task<string> OffloadAsync() => (await InItsNetworkAsync("ethtool -k eth0")).Stdout;

    /// <summary>Runs a program of the host in the container's network namespace.</summary>
    public async Task<CommandResult> InItsNetworkAsync(string command) => (await Host.TryEnterAsync(Name, $"-n {command}")).OrFail();

    public Task RemoveAsync() => Host.DockerAsync($"rm -f {Name}");
}
