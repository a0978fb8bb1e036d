using Hawser.Ovsdb;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Ovsdb;

public sealed class ControlSocketTests : IAsyncLifetime
{
    OvsdbServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await OvsdbServer.StartAsync(OvsdbServer.VswitchSchema);
        // The names that a daemon's files have in /run/openvswitch.
        await File.WriteAllTextAsync(Path.Combine(_server.Folder, "ovs-daemon.pid"), "17\n");
        File.CreateSymbolicLink(Path.Combine(_server.Folder, "ovs-daemon.17.ctl"), Path.Combine(_server.Folder, "ctl"));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_daemon_answers_one_command_after_the_other()
    {
        await using var control = await ControlSocket.ConnectAsync(_server.Folder, "ovs-daemon", Within.Seconds(10));
        (await control.RunAsync("version", [], Within.Seconds(10))).ShouldStartWith("ovsdb-server (Open vSwitch)");
        (await control.RunAsync("ovsdb-server/list-dbs", [], Within.Seconds(10))).ShouldContain("Open_vSwitch");
        (await control.RunAsync("vlog/set", ["ANY:file:info"], Within.Seconds(10))).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_command_that_it_does_not_know_is_refused_with_its_words()
    {
        await using var control = await ControlSocket.ConnectAsync(_server.Folder, "ovs-daemon", Within.Seconds(10));
        (await Should.ThrowAsync<OvsdbProtocolException>(() => control.RunAsync("tnl/neigh/show", [], Within.Seconds(10))))
            .Message.ShouldContain("\"tnl/neigh/show\" is not a valid command");
    }

    [Fact]
    public async Task Where_no_daemon_runs_its_name_and_folder_are_told() =>
        (await Should.ThrowAsync<OvsdbConnectionException>(() => ControlSocket.ConnectAsync(_server.Folder, "ovs-vswitchd", Within.Seconds(10))))
            .Message.ShouldStartWith($"control socket of ovs-vswitchd in {_server.Folder}: ");
}
