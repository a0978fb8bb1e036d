using Hawser.Lab.Harness;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Hawser.Lab.Harness." + nameof(SharedHostsFirst), "Hawser.Lab")]

namespace Hawser.Lab.Harness;

/// <summary>
/// Classes that share hosts run one after another and so for longest: they begin first, the others fill the gaps. Of those the
/// ones that install something begin before the short ones.
/// </summary>
public sealed class SharedHostsFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections)
    {
        var collections = testCollections.ToLookup(collection => collection.CollectionDefinition is not null);
        return
        [
            .. collections[true].OrderByDescending(collection => collection.DisplayName, StringComparer.Ordinal),
            .. collections[false].OrderBy(collection => collection.DisplayName, StringComparer.Ordinal),
        ];
    }
}
