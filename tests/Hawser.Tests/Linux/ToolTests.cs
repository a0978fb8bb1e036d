using Hawser.Linux;

namespace Hawser.Tests.Linux;

public class ToolTests
{
    static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_it_reads_and_writes_passes_whole()
    {
        var text = string.Concat(Enumerable.Repeat("0123456789abcde\n", 100_000)); // in both directions more than a pipe holds
        (await Tool.Start("/bin/cat", []).FinishAsync(text, Long, CancellationToken.None)).ShouldBe(text);
    }

    [Fact]
    public async Task Cancelling_kills_it()
    {
        using var cancellation = new CancellationTokenSource();
        var tool = Tool.Start("/bin/sleep", ["60"]);
        var finish = tool.FinishAsync("", Long, cancellation.Token);
        Directory.Exists($"/proc/{tool.Id}").ShouldBeTrue();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => finish.WaitAsync(Long));
        Directory.Exists($"/proc/{tool.Id}").ShouldBeFalse("killed and reaped");
    }

    [Fact]
    public async Task One_that_is_not_done_in_time_is_killed()
    {
        var tool = Tool.Start("/bin/sleep", ["60"]);
        var failure = await Should.ThrowAsync<TimeoutException>(
            () => tool.FinishAsync("", TimeSpan.FromMilliseconds(50), CancellationToken.None).WaitAsync(Long));
        failure.Message.ShouldStartWith("sleep 60 was not done");
        Directory.Exists($"/proc/{tool.Id}").ShouldBeFalse("killed and reaped");
    }

    [Fact]
    public async Task One_that_ends_before_it_has_read_all_fails_by_what_it_says()
    {
        var input = string.Concat(Enumerable.Repeat("a line\n", 100_000));
        var failure = await Should.ThrowAsync<ToolException>(
            () => Tool.Start("/bin/sh", ["-c", "echo line 2 is bad >&2; exit 3"]).FinishAsync(input, Long, CancellationToken.None));
        failure.ExitCode.ShouldBe(3);
        failure.Errors.ShouldBe("line 2 is bad");
        failure.Line.ShouldBe("a line");
    }

    [Fact]
    public async Task Only_the_beginning_of_a_long_complaint_is_kept()
    {
        var failure = await Should.ThrowAsync<ToolException>(
            () => Tool.Start("/bin/sh", ["-c", "head -c 100000 /dev/zero | tr '\\0' x >&2; exit 1"]).FinishAsync("", Long, CancellationToken.None));
        failure.Errors.Length.ShouldBe(2048);
    }

    [Fact]
    public void One_that_cannot_be_started_is_told_with_the_reason()
    {
        var file = Path.GetTempFileName();
        try
        {
            var failure = Should.Throw<ToolException>(() => Tool.Start(file, ["--wait"]));
            failure.Message.ShouldBe($"{Path.GetFileName(file)} --wait could not be started: Permission denied");
            failure.ExitCode.ShouldBe(126);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(Errno.Again, "Resource temporarily unavailable: the limit of processes is reached "
        + "(TasksMax of the service, pids.max of its control group)")]
    [InlineData(Errno.TooManyFiles, "Too many open files: the limit of the service is reached (LimitNOFILE)")]
    [InlineData(Errno.NoMemory, "Cannot allocate memory")]
    internal void What_the_kernel_lacks_is_told_with_the_limit_that_is_to_be_raised(int errno, string reason) =>
        ToolException.NotStarted("iptables-restore", errno).Message.ShouldBe($"iptables-restore could not be started: {reason}");
}
