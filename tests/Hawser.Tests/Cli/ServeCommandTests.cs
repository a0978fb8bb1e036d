using System.CommandLine;
using Hawser.Cli;

namespace Hawser.Tests.Cli;

/// <summary>The flags of hawser serve.</summary>
public sealed class ServeCommandTests
{
    [Theory]
    [InlineData("--bridge-name", "a/b", "1 to 15 printable characters")]
    [InlineData("--bridge-name", "a-name-that-is-too-long", "1 to 15 printable characters")]
    [InlineData("--mtu", "12", "a whole number from 68 to 65535")]
    [InlineData("--mtu", "much", "a whole number from 68 to 65535")]
    [InlineData("--bridge-subnet", "10.1.0.0", "a subnet in CIDR form")]
    [InlineData("--gateway", "nowhere", "an address of that network's subnet")]
    public void A_wrong_value_for_the_default_network_is_refused_with_flag_value_and_what_is_allowed(string flag, string value, string allowed)
    {
        string[] others = flag == "--bridge-name" ? [] : ["--bridge-name", "br-default"];
        var error = Errors([.. others, flag, value])[0];
        error.ShouldStartWith($"{flag} \"{value}\" is not allowed: ");
        error.ShouldContain(allowed);
    }

    [Fact]
    public void The_default_network_of_the_manual_is_allowed() =>
        Errors("--bridge-name", "ovsbr-docker0", "--bridge-subnet", "172.18.40.0/24", "--gateway", "172.18.40.1", "--mode", "nat", "--mtu", "1450").ShouldBeEmpty();

    static string[] Errors(params string[] flags) => [.. new RootCommand { ServeCommand.Make() }.Parse(["serve", .. flags]).Errors.Select(e => e.Message)];
}
