using Hawser.Cli;

namespace Hawser.Tests.Cli;

/// <summary>hawser serve --environment.</summary>
public sealed class ServeEnvironmentTests
{
    [Fact]
    public void Variables_stand_for_flags() =>
        Expand(["serve", "--environment"], ("MODE", "flat"), ("LOG_LEVEL", "warning"), ("LOG_FORMAT", "json"), ("DEBUG", "1"), ("OVS_RUNDIR", "/run/ovs"), ("OVN_NB", "tcp:192.0.2.1:6641"), ("SCOPE", "global"), ("DOCKER_SOCKET", "/run/d.sock"))
            .ShouldBe(["serve", "--environment", "--log-level", "warning", "--log-format", "json", "--mode", "flat", "--ovn-nb", "tcp:192.0.2.1:6641", "--scope", "global", "--docker", "/run/d.sock", "--ovsdb", "unix:/run/ovs/db.sock", "--debug"]);

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    public void What_is_empty_or_off_stands_for_nothing(string debug) =>
        Expand(["serve", "--environment"], ("MODE", ""), ("DEBUG", debug)).ShouldBe(["serve", "--environment"]);

    [Theory]
    [InlineData("--mode", "routed")]
    [InlineData("--mode=routed", null)]
    public void A_flag_goes_before_its_variable(string flag, string? value)
    {
        string[] given = value is null ? ["serve", "--environment", flag] : ["serve", "--environment", flag, value];
        Expand(given, ("MODE", "flat")).ShouldBe(given);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("status")]
    public void Nobody_else_is_told(string verb) => Expand([verb], ("DEBUG", "1")).ShouldBe([verb]);

    [Fact]
    public void A_wrong_switch_is_named_with_what_is_allowed() =>
        Should.Throw<FormatException>(() => Expand(["serve", "--environment"], ("DEBUG", "yes"))).Message.ShouldBe("DEBUG=\"yes\" is not allowed: 0, 1");

    static IReadOnlyList<string> Expand(string[] arguments, params (string Name, string Value)[] variables) =>
        ServeEnvironment.Expand(arguments, name => variables.FirstOrDefault(v => v.Name == name).Value);
}
