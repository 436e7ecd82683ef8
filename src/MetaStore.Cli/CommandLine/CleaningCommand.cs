using System.CommandLine;

namespace MetaStore.Cli.CommandLine;

/// <summary>A verb that cleans up when it is interrupted, which may take longer than the two seconds of other verbs.</summary>
/// <param name="name">The verb.</param>
/// <param name="description">Help text.</param>
/// <param name="cleanUp">Time limit of the clean-up; after it the program ends anyway.</param>
internal sealed class CleaningCommand(string name, string description, TimeSpan cleanUp) : Command(name, description)
{
    /// <summary>Time limit of the clean-up.</summary>
    public TimeSpan CleanUp { get; } = cleanUp;
}
