using System.Collections;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Options;
using Hawser.Core.Plan;

namespace Hawser.Tests.Core;

public sealed class ValueArrayTests
{
    [Fact]
    public void Two_arrays_are_equal_if_they_hold_equal_values_in_the_same_order()
    {
        ValueArray<string> array = ["a", "b"];
        array.ShouldBe((ValueArray<string>)["a", "b"]);
        array.GetHashCode().ShouldBe(((ValueArray<string>)["a", "b"]).GetHashCode());
        (array == ["b", "a"]).ShouldBeFalse();
        (array == ["a"]).ShouldBeFalse();
        (default(ValueArray<string>) == []).ShouldBeTrue();
    }

    [Fact]
    public void Two_dictionaries_are_equal_if_they_hold_equal_entries()
    {
        var dictionary = new ValueDictionary<string>().Add("b", "2").Add("a", "1");
        dictionary.ShouldBe(new ValueDictionary<string>().Add("a", "1").Add("b", "2"));
        dictionary.Equals(new ValueDictionary<string>().Add("a", "1").Add("b", "3")).ShouldBeFalse();
        dictionary.Equals(new ValueDictionary<string>().Add("a", "1")).ShouldBeFalse();
    }

    // The store writes a record only if it differs from the one that it has.
    [Theory]
    [InlineData(typeof(NetworkRecord))]
    [InlineData(typeof(EndpointRecord))]
    [InlineData(typeof(NetworkOptions))]
    [InlineData(typeof(EndpointOptions))]
    [InlineData(typeof(LogicalSwitch))]
    [InlineData(typeof(PublishedPort))]
    [InlineData(typeof(Subnet))]
    [InlineData(typeof(HostFacts))]
    [InlineData(typeof(FirewallChain))]
    public void A_record_that_is_compared_holds_nothing_that_is_equal_by_reference_only(Type record) =>
        record.GetProperties().Where(p => p.CanWrite && !IsEqualByValue(p.PropertyType)).Select(p => p.Name).ShouldBeEmpty();

    static bool IsEqualByValue(Type type)
    {
        if (type == typeof(string) || !typeof(IEnumerable).IsAssignableFrom(type)) return true;
        return type.IsGenericType && type.GetGenericTypeDefinition() is var open && (open == typeof(ValueArray<>) || open == typeof(ValueDictionary<>));
    }
}
