using System.CommandLine;
using Hawser.Admin;

namespace Hawser.Cli;

/// <summary>
/// <c>hawser ovs-docker</c>: the verbs of Open vSwitch's utility of that name, with its arguments, for scripts that were written for
/// it. What they attach is kept, as with <c>hawser attach</c>.
/// </summary>
static class OvsDockerCommand
{
    const string Name = "ovs-docker";

    static readonly Argument<string> Bridge = new("BRIDGE") { Description = "The bridge; add-port makes it if there is none" };
    static readonly Argument<string> Interface = new("INTERFACE") { Description = "The link's name in the container" };
    static readonly Argument<string> Container = new("CONTAINER") { Description = "The container's name or id" };
    static readonly Argument<string> Vlan = new("VLAN") { Description = "The VLAN of untagged frames" };

    // The flags of ovs-docker, and those of hawser attach.
    static readonly (Option<string> Flag, string Meaning)[] Flags =
    [
        (new("--ipaddress") { Description = "The link's address", HelpName = "ADDRESS/LENGTH" }, "--ip"),
        (new("--gateway") { Description = "The container's default router", HelpName = "ADDRESS" }, "--gateway"),
        (new("--macaddress") { Description = "The link's MAC address", HelpName = "MAC" }, "--mac"),
        (new("--mtu") { Description = "The MTU of the link and its port", HelpName = "MTU" }, "--mtu"),
    ];

    /// <summary>The arguments with the verb before them, if the program was called by the name of Open vSwitch's utility.</summary>
    public static IReadOnlyList<string> Expand(IReadOnlyList<string> arguments)
    {
        // The framework tells the file that runs, not the name of the link that it was called by.
        var called = File.ReadAllText("/proc/self/cmdline").Split('\0')[0];
        return Path.GetFileName(called) == Name ? [Name, .. arguments] : arguments;
    }

    public static Command Make()
    {
        var command = new Command(Name, "The verbs of Open vSwitch's ovs-docker, with its arguments")
        {
            AddPort(), DeletePort(), DeletePorts(), SetVlan(),
        };
        return command;
    }

    static Command AddPort()
    {
        var command = new Command("add-port", "Attach a container to a bridge") { Bridge, Interface, Container, Admin.RunFolder };
        foreach (var (flag, _) in Flags) command.Options.Add(flag);
        command.SetAction((arguments, ct) => Admin.RunAsync(arguments, async client =>
        {
            var options = Flags.Where(f => arguments.GetValue(f.Flag) is not null)
                .ToDictionary(f => f.Meaning, f => arguments.GetValue(f.Flag)!);
            options["--name"] = arguments.GetRequiredValue(Interface);
            var request = new AttachRequest(arguments.GetRequiredValue(Container), arguments.GetRequiredValue(Bridge), Options: options);
            await AttachCommand.AttachAsync(client, request, ct);
            return 0;
        }));
        return command;
    }

    static Command DeletePort()
    {
        var command = new Command("del-port", "Detach a container from a bridge") { Bridge, Interface, Container, Admin.RunFolder };
        command.SetAction((arguments, ct) => Admin.RunAsync(arguments, async client =>
        {
            var request = new DetachRequest(
                arguments.GetRequiredValue(Container), arguments.GetRequiredValue(Interface), arguments.GetRequiredValue(Bridge));
            await AttachCommand.DetachAsync(client, request, ct);
            return 0;
        }));
        return command;
    }

    static Command DeletePorts()
    {
        var command = new Command("del-ports", "Detach a container from a bridge, with all its links there")
        {
            Bridge, Container, Admin.RunFolder,
        };
        command.SetAction((arguments, ct) => Admin.RunAsync(arguments, async client =>
        {
            var request = new DetachRequest(arguments.GetRequiredValue(Container), null, arguments.GetRequiredValue(Bridge));
            await AttachCommand.DetachAsync(client, request, ct);
            return 0;
        }));
        return command;
    }

    static Command SetVlan()
    {
        var command = new Command("set-vlan", "Put a link's port into a VLAN") { Bridge, Interface, Container, Vlan, Admin.RunFolder };
        command.SetAction((arguments, ct) => Admin.RunAsync(arguments, async client =>
        {
            var request = new VlanRequest(
                arguments.GetRequiredValue(Container), arguments.GetRequiredValue(Interface), arguments.GetRequiredValue(Bridge),
                arguments.GetRequiredValue(Vlan));
            await client.PostAsync("/vlan", request, AdminJson.Default.VlanRequest, AdminJson.Default.AttachmentReport, ct);
            return 0;
        }));
        return command;
    }
}
