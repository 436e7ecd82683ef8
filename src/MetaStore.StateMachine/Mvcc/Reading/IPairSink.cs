using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.Mvcc.Reading;

/// <summary>Takes the pairs of a range one after another, while they are read.</summary>
public interface IPairSink
{
    /// <summary>The next pair, valid until this returns.</summary>
    void Add(in KeyValue pair);
}
