using Hawser.Apply;
using Hawser.Linux;

namespace Hawser.Tests.Converge;

public sealed class LinkTableTests
{
    [Fact]
    public void A_link_that_goes_while_all_are_read_is_gone_afterwards()
    {
        var table = new LinkTable();
        var news = new Thread(() => table.Apply(new LinkChange { Index = 7, Deleted = true }));

        table.Reset(() =>
        {
            news.Start();
            // Time enough to overtake the dump, if it could.
            news.Join(TimeSpan.FromMilliseconds(500));
            return [new Link { Index = 7, Name = "hwpgoes" }];
        });
        news.Join();

        table.All.ShouldBeEmpty();
    }
}
