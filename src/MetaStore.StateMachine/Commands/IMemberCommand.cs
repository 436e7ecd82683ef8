namespace MetaStore.StateMachine.Commands;

/// <summary>
/// A command that only members propose, for themselves, and no call of a client contains: it is applied without an identity while auth is on.
/// </summary>
public interface IMemberCommand : ICommand
{
}
