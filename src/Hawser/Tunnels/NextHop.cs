using System.Net;

namespace Hawser.Tunnels;

/// <summary>A host on the underlay that packets for other chassis go to first: the chassis itself, or a router.</summary>
/// <param name="Bridge">The bridge that has the link to it; Open vSwitch knows its neighbours by bridge.</param>
/// <param name="Link">The link that it is on.</param>
/// <param name="Address">Its address there.</param>
readonly record struct NextHop(string Bridge, string Link, IPAddress Address);
