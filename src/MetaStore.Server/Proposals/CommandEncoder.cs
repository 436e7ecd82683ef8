using MetaStore.Batching;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Proposals;

/// <summary>Encodes a command of the state machine for the batcher, so that neither depends on the other. A struct, to avoid boxing.</summary>
internal readonly struct CommandEncoder<TCommand>(TCommand command) : ICommandEncoder
    where TCommand : ICommand
{
    /// <inheritdoc/>
    public int Size { get; } = command.Size;

    /// <inheritdoc/>
    public void Write(Span<byte> target) => command.Write(target);
}
