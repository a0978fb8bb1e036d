using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Hawser.Linux;

/// <summary>Links and addresses by rtnetlink: one socket, one request at a time, each answered when it returns.</summary>
/// <remarks>Not thread safe: it has one owner. Works in the network namespace of the thread that opened it.</remarks>
public sealed class RouteNetlink : IDisposable
{
    // Keeps a batch of small messages well inside the socket's buffers.
    const int Chunk = 512;

    readonly NetlinkSocket _socket;
    readonly VethMaker _veths;

    /// <summary>Opens the socket.</summary>
    public RouteNetlink() : this(NetlinkSocket.Open(Family.Route))
    {
    }

    /// <summary>On a socket that was just made, perhaps in another network namespace.</summary>
    internal RouteNetlink(SafeFileHandle handle) : this(NetlinkSocket.Use(handle))
    {
    }

    RouteNetlink(NetlinkSocket socket) => (_socket, _veths) = (socket, new(socket));

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _socket.Dispose();

    /// <summary><c>ip link add NAME [mtu N] type veth peer name PEER [address MAC] [mtu N]</c>, then the alias on both ends,
    /// <c>addrgenmode none</c> and <c>up</c> on the host's.</summary>
    /// <remarks>A process killed at any point leaves either no pair or one with its alias.</remarks>
    /// <param name="spec">The pair.</param>
    /// <exception cref="NetlinkException">A name is taken, for example. Nothing was made.</exception>
    public void AddVeth(VethSpec spec)
    {
        if (_veths.Make([spec])[0] is { } failure) throw failure;
    }

    /// <summary>Several times <see cref="AddVeth"/>, in as few system calls as can be.</summary>
    /// <param name="specs">The pairs.</param>
    /// <returns>For each pair why it could not be made, or null.</returns>
    public IReadOnlyList<NetlinkException?> AddVeths(IReadOnlyList<VethSpec> specs) => _veths.Make(specs);

    /// <summary><c>ip link show dev NAME</c></summary>
    /// <param name="name">The link's name.</param>
    /// <returns>The link, or null if there is none of that name.</returns>
    public Link? FindLink(string name)
    {
        var writer = _socket.Begin();
        writer.Begin(RouteMessage.GetLink, NetlinkFlags.None, new LinkHeader());
        writer.Attribute(LinkAttribute.Name, name);
        writer.Attribute(LinkAttribute.ExtensionMask, LinkAttribute.SkipStatistics);
        writer.End();
        var links = new List<Link>(1);
        var ack = _socket.Query(writer, Link.Parse, links);
        if (ack.Errno == Errno.NoDevice) return null;
        ack.Require($"ip link show dev {name}");
        return links is [var link, ..] ? link : throw NetlinkException.BadMessage("an answer without a link");
    }

    /// <summary><c>ip link show</c></summary>
    /// <returns>All links of the namespace, as they were at one moment.</returns>
    public IReadOnlyList<Link> DumpLinks() =>
        _socket.Dump(RouteMessage.GetLink, new LinkHeader(), Link.Parse, "ip link show", LinkAttribute.SkipStatistics);

    /// <summary><c>ip link set dev ifINDEX up</c></summary>
    /// <param name="index">The link.</param>
    public void SetUp(int index) => Set(index, "up", LinkFlags.Up, LinkFlags.Up);

    /// <summary><c>ip link set dev ifINDEX down</c></summary>
    /// <param name="index">The link.</param>
    public void SetDown(int index) => Set(index, "down", LinkFlags.None, LinkFlags.Up);

    /// <summary><c>ip link set dev ifINDEX mtu MTU</c></summary>
    /// <param name="index">The link.</param>
    /// <param name="mtu">The MTU in bytes.</param>
    public void SetMtu(int index, int mtu)
    {
        var writer = _socket.Begin();
        LinkMessages.BeginSet(ref writer, index);
        writer.Attribute(LinkAttribute.Mtu, (uint)mtu);
        Finish(ref writer).Require($"ip link set dev if{index} mtu {mtu}");
    }

    /// <summary><c>ip link set dev ifINDEX address MAC</c></summary>
    /// <param name="index">The link.</param>
    /// <param name="address">The MAC address.</param>
    public void SetAddress(int index, PhysicalAddress address)
    {
        var writer = _socket.Begin();
        LinkMessages.BeginSet(ref writer, index);
        writer.Attribute(LinkAttribute.Address, address.GetAddressBytes());
        Finish(ref writer).Require($"ip link set dev if{index} address {Convert.ToHexStringLower(address.GetAddressBytes())}");
    }

    /// <summary><c>ip link set dev ifINDEX alias TEXT</c></summary>
    /// <param name="index">The link.</param>
    /// <param name="alias">The alias, at most 255 bytes; empty to have none.</param>
    public void SetAlias(int index, string alias)
    {
        var writer = _socket.Begin();
        LinkMessages.BeginSet(ref writer, index);
        LinkMessages.WriteAlias(ref writer, alias);
        Finish(ref writer).Require($"ip link set dev if{index} alias {alias}");
    }

    /// <summary><c>ip link set dev ifINDEX name NAME</c></summary>
    /// <param name="index">The link.</param>
    /// <param name="name">The new name, at most 15 bytes.</param>
    public void SetName(int index, string name)
    {
        var writer = _socket.Begin();
        LinkMessages.BeginSet(ref writer, index);
        writer.Attribute(LinkAttribute.Name, name);
        Finish(ref writer).Require($"ip link set dev if{index} name {name}");
    }

    /// <summary><c>ip link set dev ifINDEX group GROUP</c></summary>
    /// <param name="index">The link.</param>
    /// <param name="group">The group.</param>
    public void SetGroup(int index, uint group)
    {
        var writer = _socket.Begin();
        LinkMessages.BeginSet(ref writer, index);
        writer.Attribute(LinkAttribute.Group, group);
        Finish(ref writer).Require($"ip link set dev if{index} group {group}");
    }

    /// <summary><c>ip link delete dev NAME</c>; a veth takes its peer with it. Waits for an RCU grace period: some 20 ms.</summary>
    /// <param name="name">The link.</param>
    /// <returns>False if there was none.</returns>
    public bool DeleteLink(string name)
    {
        var writer = _socket.Begin();
        writer.Begin(RouteMessage.DeleteLink, NetlinkFlags.None, new LinkHeader());
        writer.Attribute(LinkAttribute.Name, name);
        var ack = Finish(ref writer);
        if (ack.Errno == Errno.NoDevice) return false;
        ack.Require($"ip link delete dev {name}");
        return true;
    }

    /// <summary><c>ip link set dev ifINDEX group GROUP</c> for each, then <c>ip link delete group GROUP</c>: one RCU grace period
    /// for all of them. A link that is gone already is fine.</summary>
    /// <param name="indexes">The links.</param>
    /// <param name="group">A group that is used for nothing else: whatever is in it goes.</param>
    public void DeleteLinks(IReadOnlyList<int> indexes, uint group)
    {
        // Group 0 is where every link is by default.
        ArgumentOutOfRangeException.ThrowIfZero(group);
        if (indexes.Count == 0) return;
        foreach (var chunk in indexes.Chunk(Chunk)) SetGroup(chunk, group);
        var writer = _socket.Begin();
        writer.Begin(RouteMessage.DeleteLink, NetlinkFlags.None, new LinkHeader());
        writer.Attribute(LinkAttribute.Group, group);
        var ack = Finish(ref writer);
        if (ack.Errno != Errno.NoDevice) ack.Require($"ip link delete group {group}");
    }

    /// <summary><c>ip address replace ADDRESS/PREFIX dev ifINDEX</c>, with <c>broadcast +</c> for IPv4 and <c>nodad</c> for IPv6.</summary>
    /// <param name="index">The link.</param>
    /// <param name="address">The address.</param>
    /// <param name="prefixLength">The length of its network's prefix.</param>
    public void ReplaceAddress(int index, IPAddress address, int prefixLength)
    {
        var writer = _socket.Begin();
        AddressMessages.Replace(ref writer, index, address, prefixLength);
        _socket.Transact(writer)[0].Require($"ip address replace {address}/{prefixLength} dev if{index}");
    }

    /// <summary><c>ip address delete ADDRESS/PREFIX dev ifINDEX</c></summary>
    /// <param name="index">The link.</param>
    /// <param name="address">The address.</param>
    /// <param name="prefixLength">The length of its network's prefix.</param>
    /// <returns>False if the link or the address was not there.</returns>
    public bool DeleteAddress(int index, IPAddress address, int prefixLength)
    {
        var writer = _socket.Begin();
        AddressMessages.Delete(ref writer, index, address, prefixLength);
        var ack = _socket.Transact(writer)[0];
        if (ack.Errno is Errno.AddressNotAvailable or Errno.NoDevice) return false;
        ack.Require($"ip address delete {address}/{prefixLength} dev if{index}");
        return true;
    }

    /// <summary><c>ip address show</c></summary>
    /// <returns>All addresses of the namespace, IPv4 and IPv6.</returns>
    public IReadOnlyList<InterfaceAddress> DumpAddresses() =>
        _socket.Dump(RouteMessage.GetAddress, new AddressHeader(), InterfaceAddress.Parse, "ip address show");

    /// <summary><c>ip route get ADDRESS</c></summary>
    /// <param name="destination">Where a packet would go.</param>
    /// <returns>The way that it would take, or null if there is none.</returns>
    public Route? FindRoute(IPAddress destination)
    {
        var bytes = destination.GetAddressBytes();
        var writer = _socket.Begin();
        writer.Begin(RouteMessage.GetRoute, NetlinkFlags.None, new RouteHeader
        {
            Family = destination.AddressFamily == AddressFamily.InterNetworkV6 ? Family.IPv6 : Family.IPv4,
            DestinationLength = (byte)(bytes.Length * 8),
        });
        writer.Attribute(RouteAttribute.Destination, bytes);
        writer.End();
        var routes = new List<Route>(1);
        var ack = _socket.Query(writer, Route.Parse, routes);
        // The last two are a route of the type prohibit and one of the type blackhole.
        if (ack.Errno is Errno.NetworkUnreachable or Errno.HostUnreachable or Errno.Access or Errno.InvalidArgument) return null;
        ack.Require($"ip route get {destination}");
        return routes.FirstOrDefault();
    }

    /// <summary><c>ip route add DESTINATION via GATEWAY dev ifINDEX</c></summary>
    /// <param name="index">The link.</param>
    /// <param name="destination">Where it leads; an empty prefix is the default route.</param>
    /// <param name="gateway">The router.</param>
    /// <returns>False if there is such a route already.</returns>
    public bool AddRoute(int index, IPNetwork destination, IPAddress gateway)
    {
        var writer = _socket.Begin();
        RouteMessages.Add(ref writer, index, destination, gateway);
        var ack = _socket.Transact(writer)[0];
        if (ack.Errno == Errno.Exists) return false;
        ack.Require($"ip route add {destination} via {gateway} dev if{index}");
        return true;
    }

    void SetGroup(int[] indexes, uint group)
    {
        var writer = _socket.Begin();
        foreach (var index in indexes)
        {
            LinkMessages.BeginSet(ref writer, index);
            writer.Attribute(LinkAttribute.Group, group);
            writer.End();
        }

        foreach (var (index, ack) in indexes.Zip(_socket.Transact(writer)))
        {
            if (ack.Errno != Errno.NoDevice) ack.Require($"ip link set dev if{index} group {group}");
        }
    }

    void Set(int index, string what, LinkFlags flags, LinkFlags change)
    {
        var writer = _socket.Begin();
        LinkMessages.BeginSet(ref writer, index, flags, change);
        Finish(ref writer).Require($"ip link set dev if{index} {what}");
    }

    NetlinkAck Finish(ref NetlinkWriter writer)
    {
        writer.End();
        return _socket.Transact(writer)[0];
    }
}
