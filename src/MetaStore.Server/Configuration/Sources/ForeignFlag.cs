namespace MetaStore.Server.Configuration.Sources;

/// <summary>An etcd setting that this version does not act on.</summary>
/// <param name="Name">Flag without dashes.</param>
/// <param name="IsSwitch">True when a bare flag means true.</param>
/// <param name="IsRefused">True when ignoring it would mislead: it is rejected unless its value disables it.</param>
/// <param name="Why">A clause: why it has no effect, or what to do instead.</param>
internal sealed record ForeignFlag(string Name, bool IsSwitch, bool IsRefused, string Why)
{
    /// <summary>True for a value that disables the setting.</summary>
    public static bool AsksForNothing(string value) => value is "" or "0" or "off" or "f" or "F" or "false" or "FALSE" or "False";
}
