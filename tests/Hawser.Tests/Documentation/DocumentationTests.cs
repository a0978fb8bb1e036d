using System.CommandLine;
using System.Text.RegularExpressions;
using Hawser.Cli;
using Hawser.Core;
using Hawser.Core.Options;

namespace Hawser.Tests.Documentation;

/// <summary>What the documentation says of options, flags and files is what the code has.</summary>
public sealed partial class DocumentationTests
{
    internal static readonly string Root = FindRoot();
    static readonly string Readme = File.ReadAllText(Path.Combine(Root, "README.md"));

    [Fact]
    public void The_table_of_network_options_lists_what_the_parser_knows()
    {
        var old = Should.Throw<PluginException>(() => NetworkOptionsParser.Parse([new("net.gopher.ovs.nonsense", "")], BridgeMode.Nat))
            .Message.Split("known are ")[1].Split(", ");
        FirstColumn("network options").ShouldBe(
            [.. NetworkOptionsParser.Known, "com.docker.network.driver.mtu", "com.docker.network.container_iface_prefix", .. old], ignoreOrder: true);
    }

    [Fact]
    public void The_table_of_logical_network_options_lists_what_the_parser_knows() =>
        FirstColumn("logical network options").ShouldBe(
            [.. LogicalNetworkOptionsParser.Known, "com.docker.network.driver.mtu", "com.docker.network.container_iface_prefix"], ignoreOrder: true);

    [Theory]
    [InlineData("com.docker.network.driver.mtu")]
    [InlineData("com.docker.network.container_iface_prefix")]
    public void Options_of_Docker_that_the_table_lists_are_read(string name) =>
        Should.Throw<PluginException>(() => NetworkOptionsParser.Parse([new(name, "/")], BridgeMode.Nat)).Message.ShouldContain(name);

    [Fact]
    public void The_table_of_endpoint_options_lists_what_the_parser_knows() =>
        FirstColumn("endpoint options").ShouldBe(EndpointOptionsParser.Known, ignoreOrder: true);

    [Fact]
    public void The_table_of_flags_lists_what_the_command_has()
    {
        var listed = FlagToken().Matches(string.Join('\n', Rows("serve flags").Select(row => row.Split('|')[1]))).Select(m => m.Value);
        listed.ShouldBe(ServeCommand.Make().Options.Select(o => o.Name), ignoreOrder: true);
    }

    [Fact]
    public void Every_flag_after_hawser_serve_exists()
    {
        var known = ServeCommand.Make().Options.SelectMany(o => o.Aliases.Append(o.Name)).ToHashSet(StringComparer.Ordinal);
        var mentioned = from file in Pages()
                        from Match command in ServeLine().Matches(File.ReadAllText(file))
                        from Match flag in FlagToken().Matches(command.Value)
                        where !known.Contains(flag.Value)
                        select $"{Path.GetRelativePath(Root, file)}: {flag.Value}";
        mentioned.ShouldBeEmpty();
    }

    [Fact]
    public void Every_flag_that_the_pages_name_exists()
    {
        string[] ofDocker =
            ["--aux-address", "--dns", "--driver-opt", "--endpoint-mode", "--firewall-backend", "--gateway", "--gw-priority", "--internal",
            "--ip", "--ip6", "--ip-range", "--ipam-driver", "--ipam-opt", "--ipv4", "--ipv6", "--subnet"];
        var known = AllOptions(ServeCommand.Make(), StatusCommand.Make(), DiffCommand.Make(), OrphansCommand.MakePurge(), OvnCommand.Make(), IpamCommand.Make(), DoctorCommand.Make(), AttachCommand.MakeAttach(), AttachCommand.MakeDetach(), AttachCommand.MakeList(), OvsDockerCommand.Make())
            .Concat(ofDocker).ToHashSet(StringComparer.Ordinal);
        var named = (from file in Pages()
                     from Match flag in NamedFlag().Matches(File.ReadAllText(file))
                     select (File: file, Flag: flag.Groups["flag"].Value)).ToList();
        named.Select(n => n.Flag).ShouldContain("--run-dir");
        named.Where(n => !known.Contains(n.Flag)).Select(n => $"{Path.GetRelativePath(Root, n.File)}: {n.Flag}").ShouldBeEmpty();

        static IEnumerable<string> AllOptions(params IEnumerable<Command> commands) =>
            commands.SelectMany(c => c.Options.SelectMany(o => o.Aliases.Append(o.Name)).Concat(AllOptions(c.Subcommands)));
    }

    [Fact]
    public void The_versions_that_the_tests_ran_on_are_the_same_in_both_tables()
    {
        Rows("versions").ShouldNotBeEmpty();
        Rows("versions", File.ReadAllText(Path.Combine(Root, "docs", "install.md"))).ShouldBe(Rows("versions"));
    }

    // The lab runs what is behind these prompts: the tests in Hawser.Lab/Install and lab/suites/service.
    [Fact]
    public void Every_block_of_the_installation_page_is_one_that_the_lab_runs()
    {
        string[] prompts = ["source$ ", "uninstall$ ", "service$ ", "plugin$ ", "upgrade$ ", "compose$ "];
        var blocks = File.ReadAllText(Path.Combine(Root, "docs", "install.md")).Split("```").Where((_, n) => n % 2 == 1).ToList();
        blocks.ShouldAllBe(block => block.StartsWith("console\n", StringComparison.Ordinal));
        blocks.SelectMany(b => b.TrimEnd().Split('\n').Skip(1)).ShouldAllBe(line => prompts.Any(p => line.StartsWith(p, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_option_that_the_pages_name_exists()
    {
        var known = NetworkOptionsParser.Known.Concat(EndpointOptionsParser.Known).Concat(LogicalNetworkOptionsParser.Known).Append("ovn.vrf").ToHashSet(StringComparer.Ordinal);
        var unknown = from file in Pages()
                      from Match option in OptionName().Matches(File.ReadAllText(file))
                      where !known.Contains(option.Value)
                      select $"{Path.GetRelativePath(Root, file)}: {option.Value}";
        unknown.ShouldBeEmpty();
    }

    [Fact]
    public void Every_goal_of_make_that_the_pages_name_exists()
    {
        var known = MakeGoal().Matches(File.ReadAllText(Path.Combine(Root, "Makefile"))).Select(m => m.Groups["goal"].Value).ToHashSet(StringComparer.Ordinal);
        var named = (from file in Pages()
                     from Match command in MakeCommand().Matches(File.ReadAllText(file))
                     select (File: file, Goal: command.Groups["goal"].Value)).ToList();
        named.Select(n => n.Goal).ShouldContain("test");
        named.Where(n => !known.Contains(n.Goal)).Select(n => $"{Path.GetRelativePath(Root, n.File)}: make {n.Goal}").ShouldBeEmpty();
    }

    [Fact]
    public void Every_relative_link_leads_to_a_file()
    {
        var broken = from file in Pages()
                     from Match link in Link().Matches(File.ReadAllText(file))
                     let target = link.Groups["target"].Value.Split('#')[0]
                     where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
                     where !Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, target))
                     select $"{Path.GetRelativePath(Root, file)}: {target}";
        broken.ShouldBeEmpty();
    }

    static IEnumerable<string> FirstColumn(string table) => Rows(table).Select(row => row.Split('`')[1]);

    // A table stands between a comment that names it and one that ends it; its first two lines are the head.
    static IEnumerable<string> Rows(string table) => Rows(table, Readme);

    static IEnumerable<string> Rows(string table, string page)
    {
        var start = page.IndexOf($"<!-- {table} -->", StringComparison.Ordinal);
        start.ShouldBeGreaterThanOrEqualTo(0, $"there is no table called \"{table}\"");
        var end = page.IndexOf("<!-- end -->", start, StringComparison.Ordinal);
        return page[start..end].Split('\n').Where(line => line.StartsWith('|')).Skip(2);
    }

    static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories));

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Hawser.slnx"))) return folder.FullName;
        }
        throw new FileNotFoundException($"no Hawser.slnx above {AppContext.BaseDirectory}");
    }

    [GeneratedRegex("--[a-z][a-z-]*")]
    private static partial Regex FlagToken();

    // Between back quotes, before a value or nothing.
    [GeneratedRegex("`(?<flag>--[a-z][a-z0-9-]*)[^`\n]*`")]
    private static partial Regex NamedFlag();

    [GeneratedRegex("hawser serve [^\n`]*")]
    private static partial Regex ServeLine();

    [GeneratedRegex(@"(?<![\w.])(ovs\.(bridge|port)\.|ovn\.(?!md|sock))[a-z_]+")]
    private static partial Regex OptionName();

    [GeneratedRegex("^(?<goal>[a-z]+):", RegexOptions.Multiline)]
    private static partial Regex MakeGoal();

    // At the start of a command: of a line, behind a back quote, or behind "&&".
    [GeneratedRegex("(?:^|`|&& |=1 )make (?<goal>[a-z]+)", RegexOptions.Multiline)]
    private static partial Regex MakeCommand();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
