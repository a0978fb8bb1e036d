using System.Globalization;
using Hawser.Lab.Harness;
using Xunit.Abstractions;

namespace Hawser.Lab;

/// <summary>
/// Containers come and go while daemons are killed at random moments. Single commands may fail meanwhile; afterwards
/// everything can be removed, and nothing is left. HAWSER_LAB_SEED repeats a run, HAWSER_LAB_KILLS makes it longer.
/// </summary>
[Collection(Collections.Fragile)]
public sealed class KillTests(FragileHost host, ITestOutputHelper output) : LabTest(host)
{
    static readonly string[] Daemons = ["hawser", "ovs-vswitchd", "ovsdb-server", "dockerd"];

    [Fact]
    public async Task Nothing_is_left_after_random_kills()
    {
        var seed = Setting("HAWSER_LAB_SEED", Environment.TickCount);
        var kills = Setting("HAWSER_LAB_KILLS", 12);
        output.WriteLine($"HAWSER_LAB_SEED={seed} HAWSER_LAB_KILLS={kills}");
        await CreateNetworkAsync("", "net1");
        await CreateNetworkAsync("-o ovs.bridge.mode=flat --subnet 10.55.0.0/24", "net2");
        try
        {
            await ChurnWhileKillingAsync(new Random(seed), kills);
            await AllAnswerAsync();
            await RemoveEverythingAsync();
            await CheckLeaksAsync();
        }
        catch (Exception e)
        {
            throw new LabException($"HAWSER_LAB_SEED={seed} HAWSER_LAB_KILLS={kills}: {e.Message}", e);
        }
    }

    async Task ChurnWhileKillingAsync(Random random, int kills)
    {
        using var stop = new CancellationTokenSource();
        var seeds = new[] { random.Next(), random.Next() };
        var churn = seeds.Select((seed, n) => ChurnAsync($"churn{n}", new Random(seed), stop.Token)).ToArray();
        for (var i = 0; i < kills; i++)
        {
            // The random moment is the point of this test; nothing is awaited here.
            await Task.Delay(random.Next(50, 1500));
            var daemon = Daemons[random.Next(Daemons.Length)];
            output.WriteLine($"kill {daemon}");
            await Host.KillAsync(daemon);
            await Task.Delay(random.Next(0, 1000));
            await Host.StartAsync(daemon);
        }

        await stop.CancelAsync();
        await Task.WhenAll(churn);
    }

    async Task ChurnAsync(string name, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var network = random.Next(2) == 0 ? "net1" : "net2";
            var ports = network == "net1" ? "-p 80" : "";
            await Host.TryDockerAsync($"run -d --stop-timeout 1 --name {name} --network {network} {ports} busybox web {name}", TimeSpan.FromMinutes(2));
            if (random.Next(3) == 0)
                await Host.TryDockerAsync($"restart -t 1 {name}", TimeSpan.FromMinutes(2));
            await Host.TryDockerAsync($"rm -f {name}", TimeSpan.FromMinutes(2));
        }
    }

    async Task AllAnswerAsync()
    {
        foreach (var daemon in Daemons)
            await Host.StartAsync(daemon);
        await Host.DockerAsync("run --rm --network net1 busybox true");
    }

    /// <summary>A killed dockerd may keep an endpoint that has no container: its own command for that comes first.</summary>
    Task<CommandResult> RemoveEverythingAsync() => Host.RunAsync("""
        containers=$(docker ps -aq); [[ -z $containers ]] || docker rm -f $containers
        for network in net1 net2; do
          for name in $(docker network inspect -f '{{range .Containers}}{{.Name}} {{end}}' $network); do
            docker network disconnect -f $network "$name"
          done
          docker network rm $network || exit 1
        done
        """);

    static int Setting(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
