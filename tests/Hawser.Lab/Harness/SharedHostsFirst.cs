using Hawser.Lab.Harness;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Hawser.Lab.Harness." + nameof(SharedHostsFirst), "Hawser.Lab")]

namespace Hawser.Lab.Harness;

/// <summary>Classes that share hosts run one after another and so for longest: they begin first, the others fill the gaps.</summary>
public sealed class SharedHostsFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => collection.CollectionDefinition is null).ThenByDescending(collection => collection.DisplayName, StringComparer.Ordinal);
}
