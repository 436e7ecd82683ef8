using System.CommandLine;

namespace MetaStore.Cli.CommandLine;

/// <summary>A verb of etcdctl that metactl does not have. Its words are not looked at.</summary>
/// <param name="name">The verb.</param>
/// <param name="why">Why not, and what to do.</param>
internal sealed class RefusedVerb(string name, string why) : Command(name)
{
    /// <summary>One line.</summary>
    public string Why => $"{Name}: {why}";
}
