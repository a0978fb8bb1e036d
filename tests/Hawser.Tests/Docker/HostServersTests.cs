using Hawser.Docker.Engine;

namespace Hawser.Tests.Docker;

/// <summary>Which servers a host has, and which of them containers could ask.</summary>
public sealed class HostServersTests
{
    [Theory]
    [InlineData("nameserver 192.0.2.1\nnameserver 192.0.2.2\n", "", "192.0.2.1,192.0.2.2")]
    [InlineData("nameserver 127.0.0.53\noptions edns0\n", "# by systemd-resolved\nnameserver 192.0.2.1\n", "192.0.2.1")]
    [InlineData("nameserver\t127.0.0.1\nnameserver 192.0.2.2\r\n", "nameserver 192.0.2.1\n", "192.0.2.2")]
    [InlineData("nameserver ::1\nnameserver fe80::1%lo\n;nameserver 192.0.2.3\n", "nameserver 2001:db8::1", "2001:db8::1")]
    [InlineData("nameserver 127.0.0.53\n", "nameserver 127.0.0.1\n", "")]
    public void Those_on_the_loopback_are_left_out_and_systemd_resolved_tells_its_own(string resolvConf, string ofResolved, string real) =>
        string.Join(',', HostServers.Of(resolvConf, ofResolved).Real).ShouldBe(real);

    [Theory]
    [InlineData("dockerd -H fd://", "/etc/docker/daemon.json", "")]
    [InlineData("/usr/sbin/dockerd --dns 192.0.2.1 --dns=192.0.2.2 --config-file=/etc/d.json", "/etc/d.json", "192.0.2.1,192.0.2.2")]
    [InlineData("dockerd --dns-search example --dns-opt ndots:1", "/etc/docker/daemon.json", "")]
    [InlineData("dockerd --config-file /etc/e.json", "/etc/e.json", "")]
    public void Dockerds_flags_are_known_by_its_command_line(string line, string file, string dns)
    {
        var dockerd = DockerdProcess.Of(line.Split(' '));
        dockerd.ConfigFile.ShouldBe(file);
        string.Join(',', dockerd.Dns).ShouldBe(dns);
    }
}
