using System.CommandLine;

namespace MetaStore.Cli.CommandLine;

/// <summary>A verb that puts things back when it is interrupted, which may take longer than the two seconds that others get.</summary>
/// <param name="name">The verb.</param>
/// <param name="description">For the help.</param>
/// <param name="cleanUp">How long it may take; then the program ends all the same.</param>
internal sealed class CleaningCommand(string name, string description, TimeSpan cleanUp) : Command(name, description)
{
    /// <summary>How long it may take.</summary>
    public TimeSpan CleanUp { get; } = cleanUp;
}
