using MetaStore.Batching;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Proposals;

/// <summary>Lets the batcher write a command of the state machine without either knowing the other. A struct, so nothing is boxed.</summary>
internal readonly struct CommandEncoder<TCommand>(TCommand command) : ICommandEncoder
    where TCommand : ICommand
{
    /// <inheritdoc/>
    public int Size { get; } = command.Size;

    /// <inheritdoc/>
    public void Write(Span<byte> target) => command.Write(target);
}
