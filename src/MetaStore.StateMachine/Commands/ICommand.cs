using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands;

/// <summary>A command that can be written into a log entry.</summary>
/// <remarks>
/// Implemented by structs and used through a generic constraint, so that encoding allocates nothing. <see cref="Write"/> fills exactly
/// <see cref="Size"/> bytes. Every encoding starts with <see cref="CommandKind"/> and <see cref="CommandFormat.Version"/>.
/// </remarks>
public interface ICommand
{
    /// <summary>Exact length of the encoding in bytes.</summary>
    int Size { get; }

    /// <summary>Writes the encoding into the first <see cref="Size"/> bytes of <paramref name="target"/>.</summary>
    void Write(Span<byte> target);
}
