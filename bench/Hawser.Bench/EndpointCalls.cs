namespace Hawser.Bench;

/// <summary>The four calls that dockerd makes for an endpoint, as bytes.</summary>
sealed record EndpointCalls(byte[] Create, byte[] Join, byte[] Leave, byte[] Delete)
{
    public void Attach(PluginConnection connection)
    {
        connection.Call(Create);
        connection.Call(Join);
    }

    public void Detach(PluginConnection connection)
    {
        connection.Call(Leave);
        connection.Call(Delete);
    }
}
