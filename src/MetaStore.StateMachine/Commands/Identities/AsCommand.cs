using MetaStore.StateMachine.Auth;

namespace MetaStore.StateMachine.Commands.Identities;

/// <summary>Another command together with the identity of its caller. Written only while auth is on.</summary>
/// <param name="identity">Whose command it is.</param>
/// <param name="inner">The command; never one of <see cref="IMemberCommand"/> and never another of these.</param>
public readonly struct AsCommand<TCommand>(AuthIdentity identity, TCommand inner) : ICommand
    where TCommand : ICommand
{
    private readonly AuthIdentity _identity = identity;
    private readonly TCommand _inner = inner;

    /// <inheritdoc/>
    public int Size => AsHeader.SizeOf(_identity) + _inner.Size;

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        AsHeader.Write(_identity, target);
        _inner.Write(target[AsHeader.SizeOf(_identity)..]);
    }
}
