using MetaStore.Engines;
using MetaStore.StateMachine.Schema;

namespace MetaStore.StateMachine;

/// <summary>The position in the log that a state in an engine covers.</summary>
/// <param name="Index">Last entry whose effects it holds; 0 for an empty one.</param>
/// <param name="Term">Its term.</param>
/// <param name="Revision">Store revision.</param>
public readonly record struct StatePoint(ulong Index, ulong Term, long Revision)
{
    /// <summary>Reads it from a view.</summary>
    /// <exception cref="EngineException">Its record cannot be read.</exception>
    public static StatePoint Of(IReadView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return Of(view.TryGet(Bucket.Meta, MetaKeys.State, out var bytes) ? StateRecord.Decode(bytes.Span) : StateRecord.Initial);
    }

    /// <summary>Reads it from files that are about to be sent.</summary>
    /// <exception cref="EngineException">Its record cannot be read.</exception>
    public static StatePoint Of(IStateFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return Of(files.Read(Bucket.Meta, MetaKeys.State) is { } bytes ? StateRecord.Decode(bytes) : StateRecord.Initial);
    }

    /// <summary>Throws unless a state belongs to the entry it was announced with.</summary>
    /// <exception cref="EngineException">It belongs to another.</exception>
    public static void Require(IReadView view, ulong index, ulong term)
    {
        ArgumentNullException.ThrowIfNull(view);
        var found = Of(view);
        if (found.Index != index || found.Term != term)
        {
            throw new EngineException($"the snapshot was announced with index {index}, term {term}, but its state is of index {found.Index}, term {found.Term}");
        }
    }

    private static StatePoint Of(StateRecord state) => new(state.AppliedIndex, state.AppliedTerm, state.Revision);
}
