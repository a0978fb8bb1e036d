namespace Hawser.Linux;

/// <summary>Generic netlink: which families the kernel speaks.</summary>
public static class GenericNetlink
{
    // linux/genetlink.h: the controller, which knows the others by name.
    const ushort Controller = 16;
    const byte GetFamily = 3;
    const ushort FamilyName = 2;

    /// <summary><c>genl ctrl get name NAME</c></summary>
    /// <remarks>Asking makes the kernel load a module of that family, if it has one: the answer is whether it can be used.</remarks>
    /// <param name="name">The family, such as <c>ovs_datapath</c>.</param>
    /// <returns>Whether the kernel has it.</returns>
    public static bool HasFamily(string name)
    {
        using var socket = NetlinkSocket.Open(Family.Generic);
        var writer = socket.Begin();
        writer.Begin(Controller, NetlinkFlags.None, new GenericHeader { Command = GetFamily, Version = 1 });
        writer.Attribute(FamilyName, name);
        writer.End();
        var ack = socket.Transact(writer)[0];
        if (ack.Errno == Errno.NoEntry) return false;
        ack.Require($"genl ctrl get name {name}");
        return true;
    }
}
