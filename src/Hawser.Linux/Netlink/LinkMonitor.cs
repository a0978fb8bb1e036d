namespace Hawser.Linux;

/// <summary>Tells of changes to links and addresses.</summary>
public static class LinkMonitor
{
    /// <summary><c>ip monitor link address</c></summary>
    /// <remarks>
    /// Subscribed when this returns its task: a dump made after that and the notifications leave no gap. Watches the
    /// network namespace of the calling thread, from a thread of its own.
    /// </remarks>
    /// <param name="onChange">Called for each change, one at a time. What it throws ends the monitor.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A task that ends cancelled.</returns>
    public static Task RunAsync(Action<LinkChange> onChange, CancellationToken ct)
    {
        var listener = NetlinkListener.Subscribe(Family.Route, RouteGroup.Link, RouteGroup.IPv4Address, RouteGroup.IPv6Address);
        return listener.RunAsync(
            "links",
            (in message) =>
            {
                if (Read(message) is { } change) onChange(change);
            },
            () => onChange(new() { Overrun = true }),
            ct);
    }

    static LinkChange? Read(in NetlinkMessage message) => message.Header.Type switch
    {
        RouteMessage.NewLink => OfLink(Link.Parse(message), deleted: false),
        RouteMessage.DeleteLink => OfLink(Link.Parse(message), deleted: true),
        RouteMessage.NewAddress => OfAddress(InterfaceAddress.Parse(message), deleted: false),
        RouteMessage.DeleteAddress => OfAddress(InterfaceAddress.Parse(message), deleted: true),
        _ => null,
    };

    static LinkChange? OfLink(Link? link, bool deleted) =>
        link is null ? null : new() { Index = link.Index, Name = link.Name, Deleted = deleted, Link = link };

    static LinkChange? OfAddress(InterfaceAddress? address, bool deleted) => address is null ? null : new()
    {
        Index = address.Index,
        Address = address.Address,
        PrefixLength = address.PrefixLength,
        Deleted = deleted,
    };
}
