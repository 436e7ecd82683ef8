namespace MetaStore.Engines;

/// <summary>An engine cannot continue: its files are damaged, or the disk refused an operation. Fatal for the node.</summary>
public sealed class EngineException : Exception
{
    /// <summary>Creates the exception for damage, with a message that names the file and what is wrong with it.</summary>
    public EngineException(string message, Exception? inner = null)
        : this(EngineFault.Damaged, message, inner)
    {
    }

    /// <summary>Creates the exception for any fault.</summary>
    public EngineException(EngineFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>Kind of the error.</summary>
    public EngineFault Fault { get; }
}
