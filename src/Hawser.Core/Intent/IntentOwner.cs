namespace Hawser.Core.Intent;

/// <summary>Who asked for something, and so who takes it back. An endpoint also goes with its network, whoever asked for it.</summary>
public enum IntentOwner
{
    /// <summary>Docker: what it does not know any more is removed, and its endpoints end with a reboot, as containers do.</summary>
    Docker,

    /// <summary>Whoever runs this host, by the command line: it stays until they remove it, through reboots too.</summary>
    Operator,
}
