using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands;

/// <summary>Sets the version all members agree to speak, for example "3.6.0".</summary>
public readonly struct ClusterVersionSetCommand : IMemberCommand
{
    /// <summary>Semantic version.</summary>
    public required string Version { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + CommandWriter.TextSize(Version);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.ClusterVersionSet);
        writer.Text(Version);
    }

    internal static ClusterVersionSetCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.ClusterVersionSet);
        var command = new ClusterVersionSetCommand { Version = reader.Text() };
        reader.End();
        return command;
    }
}
