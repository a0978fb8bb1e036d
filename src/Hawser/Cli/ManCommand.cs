using System.CommandLine;
using System.CommandLine.Help;
using System.Text;
using Hawser.Logging;

namespace Hawser.Cli;

/// <summary><c>hawser man</c>: prints hawser(8), made from what the commands say about themselves. Packagers run it.</summary>
static class ManCommand
{
    public static Command Make(RootCommand root)
    {
        var command = new Command("man", "Print the manual page hawser(8)") { Hidden = true };
        command.SetAction(_ => Console.Write(Page(root)));
        return command;
    }

    static string Page(RootCommand root)
    {
        var page = new StringBuilder();
        page.Append($".TH HAWSER 8 \"\" \"hawser {BuildInfo.Version}\" \"Docker networks\"\n");
        page.Append($".SH NAME\nhawser \\- {Text(root.Description!)}\n");
        page.Append(".SH SYNOPSIS\n.B hawser\n.I COMMAND\n.RI [ OPTIONS ]\n");
        page.Append(".SH DESCRIPTION\n").Append(Text("""
            Hawser is a plugin of Docker. `docker network create -d ovs` makes a network of containers on an Open vSwitch bridge of
            this host; `docker network create -d ovn` makes one that many hosts share, on a logical switch of OVN.
            """)).Append('\n');
        page.Append(".SH COMMANDS\n");
        foreach (var command in root.Subcommands.Where(c => !c.Hidden)) Describe(page, "hawser", command);
        page.Append(".SH EXIT STATUS\n"
            + "0 for success, 1 for a failure or, where a command checks something, for a finding, 2 for wrong arguments.\n");
        page.Append(".SH FILES\n");
        foreach (var (file, what) in Files) page.Append($".TP\n.I {Text(file)}\n{Text(what)}\n");
        page.Append(".SH SEE ALSO\n.BR ovs\\-vsctl (8),\n.BR ovn\\-nbctl (8),\n.BR docker\\-network\\-create (1)\n");
        return page.ToString();
    }

    static readonly (string File, string What)[] Files =
    [
        ("/run/docker/plugins/ovs.sock, ovn.sock", "Where Docker finds the drivers."),
        ("/var/lib/hawser", "What must survive a reboot: the networks, and the id of this installation."),
        ("/run/hawser", "What ends with a reboot: the endpoints, and the socket that the other commands ask."),
        ("/etc/default/hawser", "Settings of the service."),
    ];

    static void Describe(StringBuilder page, string parent, Command command)
    {
        var name = $"{parent} {command.Name}";
        page.Append($".SS {Text(name)}\n{Text(command.Description!)}.\n");
        foreach (var option in command.Options.Where(o => !o.Hidden && o is not HelpOption).OrderBy(o => o.Name, StringComparer.Ordinal))
        {
            var value = option.HelpName is { } help ? $" \\fI{Text(help)}\\fR" : "";
            var names = string.Join(", ", option.Aliases.Prepend(option.Name).Select(n => $"\\fB{Text(n)}\\fR"));
            page.Append($".TP\n{names}{value}\n{Text(option.Description!)}.\n");
        }
        foreach (var sub in command.Subcommands.Where(c => !c.Hidden)) Describe(page, name, sub);
    }

    // In roff, backslashes and hyphens are escaped, and a line that begins with a dot or a quote is not text.
    static string Text(string text) => text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal)
        .Replace("\n.", "\n\\&.", StringComparison.Ordinal).Replace("\n'", "\n\\&'", StringComparison.Ordinal);
}
