namespace Hawser.Lab.Harness;

/// <summary>A test on a host: whatever it starts is removed afterwards, and then nothing may be left.</summary>
public abstract class LabTest(LabHost host) : IAsyncLifetime, IDisposable
{
    Lane? _lane;
    Leaks? _leaks;

    protected LabHost Host { get; } = host;

    public virtual async Task InitializeAsync()
    {
        _lane = await Lane.EnterAsync(this, Host);
        _leaks = await Leaks.SnapshotAsync(Host);
    }

    public virtual async Task DisposeAsync()
    {
        await RemoveAllAsync();
        await TidyAsync();
        await CheckLeaksAsync();
    }

    /// <summary>Takes back what the tests of a class did to the host, once their containers and networks are gone.</summary>
    protected virtual Task TidyAsync() => Task.CompletedTask;

    /// <summary>Runs also where the start failed.</summary>
    public void Dispose()
    {
        _lane?.Dispose();
        GC.SuppressFinalize(this);
    }

    protected Task RemoveAllAsync() => Host.RemoveAllAsync();

    protected Task CheckLeaksAsync() => _leaks?.CheckAsync() ?? Task.CompletedTask;

    /// <summary>docker network create -d ovs OPTIONS NAME</summary>
    protected Task CreateNetworkAsync(string options, string name = "net1") =>
        Host.DockerAsync($"network create -d ovs {options} {name}");

    /// <summary>A container that sleeps.</summary>
    protected Task<Container> SleepAsync(string options, string name = "client") => Host.SleepAsync(options, name);

    /// <summary>A container whose web server's front page is its own name.</summary>
    protected Task<Container> WebAsync(string options, string name = "web") => Host.WebAsync(options, name);

    /// <summary>A request from the outside machine.</summary>
    protected static Task<CommandResult> FetchFromOutsideAsync(string url) =>
        Eventually.SucceedsAsync(() => LabHost.TryOutsideAsync($"timeout 5 busybox wget -qO- {url}"));

    /// <summary>A request from the host itself.</summary>
    protected Task<CommandResult> FetchFromHostAsync(string url) =>
        Eventually.SucceedsAsync(() => Host.TryRunAsync($"timeout 5 busybox wget -qO- {url}"));

    /// <summary>What an echo server on UDP answers to the outside.</summary>
    protected static Task<CommandResult> AskUdpAsync(string address, int port) => Eventually.SucceedsAsync(() =>
        LabHost.TryOutsideAsync($"exec 3<>/dev/udp/{address}/{port}; printf hello >&3; answer=$(timeout 2 head -c5 <&3); echo $answer; [[ $answer == hello ]]"));

    /// <summary>The value of a column, as ovs-vsctl prints it.</summary>
    protected async Task<string> OvsAsync(string arguments) => (await Host.RunAsync($"ovs-vsctl --timeout=10 {arguments}")).Text;
}
