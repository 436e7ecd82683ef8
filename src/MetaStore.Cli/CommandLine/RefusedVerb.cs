using System.CommandLine;

namespace MetaStore.Cli.CommandLine;

/// <summary>An etcdctl verb that metactl does not have. Its arguments are ignored.</summary>
/// <param name="name">The verb.</param>
/// <param name="why">The reason and an alternative.</param>
internal sealed class RefusedVerb(string name, string why) : Command(name)
{
    /// <summary>The error, one line.</summary>
    public string Why => $"{Name}: {why}";
}
