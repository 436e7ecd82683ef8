namespace MetaStore.StateMachine.Commands.Codec;

/// <summary>A committed command cannot be decoded. Fatal for the node: skipping it would make the replicas diverge.</summary>
public sealed class CommandFormatException : Exception
{
    /// <summary>Creates the exception with a message that names what was expected and at which byte.</summary>
    public CommandFormatException(string message)
        : base(message)
    {
    }
}
