using System.Net;
using System.Net.Sockets;
using Hawser.Linux;
using static Hawser.Tests.Linux.NetworkNamespace;

namespace Hawser.Tests.Linux;

public class PortReservationTests
{
    const int Tcp = 6;
    const int Udp = 17;
    const int Sctp = 132;
    const int Port = 8080;

    [Theory]
    [InlineData(Tcp, "0.0.0.0")]
    [InlineData(Tcp, "127.0.0.1")]
    [InlineData(Tcp, "::")]
    [InlineData(Udp, "0.0.0.0")]
    [InlineData(Udp, "::1")]
    public void A_port_is_held_once_until_released(int protocol, string text) => Run(() =>
    {
        var address = IPAddress.Parse(text);
        using (var first = PortReservation.TryReserve(protocol, address, Port))
        {
            first.ShouldNotBeNull();
            PortReservation.TryReserve(protocol, address, Port).ShouldBeNull();
        }

        using var again = PortReservation.TryReserve(protocol, address, Port);
        again.ShouldNotBeNull();
    });

    [Fact]
    public void The_wildcards_of_both_families_and_both_protocols_go_side_by_side() => Run(() =>
    {
        foreach (var protocol in (int[])[Tcp, Udp])
        {
            PortReservation.TryReserve(protocol, IPAddress.Any, Port).ShouldNotBeNull();
            PortReservation.TryReserve(protocol, IPAddress.IPv6Any, Port).ShouldNotBeNull();
        }
    });

    [Fact]
    public void A_wildcard_and_an_address_of_its_family_exclude_each_other() => Run(() =>
    {
        using var wildcard = PortReservation.TryReserve(Tcp, IPAddress.Any, Port);
        PortReservation.TryReserve(Tcp, IPAddress.Loopback, Port).ShouldBeNull();
        PortReservation.TryReserve(Tcp, IPAddress.IPv6Loopback, Port).ShouldNotBeNull();
    });

    [Fact]
    public void A_program_that_listens_is_in_the_way() => Run(() =>
    {
        using var listener = new TcpListener(IPAddress.Loopback, Port); // with SO_REUSEADDR, as most programs
        listener.Start();
        PortReservation.TryReserve(Tcp, IPAddress.Loopback, Port).ShouldBeNull();
        PortReservation.TryReserve(Tcp, IPAddress.Any, Port).ShouldBeNull();
    });

    [Fact]
    public void A_program_cannot_listen_on_a_reserved_port() => Run(() =>
    {
        using var reservation = PortReservation.TryReserve(Tcp, IPAddress.Any, Port);
        using var listener = new TcpListener(IPAddress.Loopback, Port);
        Should.Throw<SocketException>(listener.Start).SocketErrorCode.ShouldBe(SocketError.AddressAlreadyInUse);
    });

    [Fact]
    public void A_reserved_port_answers_as_if_it_were_closed() => Run(() =>
    {
        using var reservation = PortReservation.TryReserve(Tcp, IPAddress.Any, Port);
        using var client = new TcpClient();
        Should.Throw<SocketException>(() => client.Connect(IPAddress.Loopback, Port)).SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
    });

    [Fact]
    public void An_address_of_another_host_is_an_error() => Run(() =>
    {
        var failure = Should.Throw<LinuxException>(() => PortReservation.TryReserve(Tcp, IPAddress.Parse("203.0.113.1"), Port));
        failure.Message.ShouldBe("reserve tcp port 203.0.113.1:8080: Cannot assign requested address");
    });

    [Fact]
    public void Without_sctp_in_the_kernel_there_is_nothing_to_hold() => Run(() =>
    {
        using var first = PortReservation.TryReserve(Sctp, IPAddress.Any, Port);
        first.ShouldNotBeNull();
        using var second = PortReservation.TryReserve(Sctp, IPAddress.Any, Port);
        (second is null).ShouldBe(File.Exists("/proc/thread-self/net/sctp/eps"));
    });

    [Fact]
    public void A_child_process_does_not_inherit_the_port() => Run(() =>
    {
        using var reservation = PortReservation.TryReserve(Tcp, IPAddress.Any, Port);
        Shell("ls -l /proc/self/fd").ShouldNotContain("socket:");
    });
}
