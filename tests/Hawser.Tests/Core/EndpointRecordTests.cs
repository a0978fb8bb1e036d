using System.Net;
using Hawser.Core;
using Hawser.Core.Intent;

namespace Hawser.Tests.Core;

public sealed class EndpointRecordTests
{
    [Theory]
    [InlineData("10.80.0.10", null, "10.80.0.10", null, true)]
    [InlineData(null, "fd00:80::10", null, "fd00:80::10", true)]
    [InlineData("10.80.0.10", "fd00:80::10", "10.80.0.11", "fd00:80::10", true)]
    [InlineData("10.80.0.10", "fd00:80::10", "10.80.0.11", "fd00:80::11", false)]
    [InlineData("10.80.0.10", null, null, "fd00:80::10", false)]
    [InlineData(null, null, null, null, false)]
    public void Two_endpoints_share_an_address_of_either_family(string? one, string? oneIPv6, string? other, string? otherIPv6, bool shared) =>
        Endpoint(one, oneIPv6).SharesAddressWith(Endpoint(other, otherIPv6)).ShouldBe(shared);

    static EndpointRecord Endpoint(string? address, string? addressIPv6) => new()
    {
        Id = new EndpointId("e"),
        Network = new NetworkId("n"),
        Address = address is null ? null : IPAddress.Parse(address),
        AddressIPv6 = addressIPv6 is null ? null : IPAddress.Parse(addressIPv6),
    };
}
