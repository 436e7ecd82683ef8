using System.Runtime.InteropServices;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Watch.Events;

namespace MetaStore.StateMachine.Watch;

/// <summary>Queues published changes until the hub takes them: the only part of watching that the apply thread uses.</summary>
/// <remarks>
/// Bounded. When the hub does not keep up, the queue is dropped and replaced by a gap, which watchers fill from history. Without watchers
/// no changes of keys are queued. Changes of users and roles are always queued, in their place among those of keys. Thread-safe.
/// </remarks>
public sealed class PublishedChanges : IRevisionSink
{
    /// <summary>Maximum number of queued changes; they are references to records that the engine holds as well.</summary>
    public const int RecordsMax = 65_536;

    private readonly Lock _gate = new();
    private readonly Action _wake;
    private List<RevisionRecord> _queued = [];
    private List<RevisionRecord> _taken = [];
    private List<AuthMark> _marks = [];
    private List<AuthMark> _takenMarks = [];
    private long _revision;
    private bool _isWanted;
    private bool _hasGap;
    private bool _isAwake;

    /// <summary>Starts empty at a store revision.</summary>
    /// <param name="revision">Store revision now visible.</param>
    /// <param name="wake">Called when the queue becomes non-empty, once until it is taken; must neither block nor throw.</param>
    public PublishedChanges(long revision, Action wake)
    {
        _revision = revision;
        _wake = wake;
    }

    /// <summary>Whether changes are queued at all. What was published while they were not is never delivered.</summary>
    public bool IsWanted
    {
        get
        {
            lock (_gate)
            {
                return _isWanted;
            }
        }

        set
        {
            lock (_gate)
            {
                _isWanted = value;
            }
        }
    }

    /// <inheritdoc/>
    public void OnPublished(ReadOnlySpan<RevisionRecord> records, ReadOnlySpan<AuthMark> marks, long revision)
    {
        lock (_gate)
        {
            _revision = revision;
            if (_isWanted && _queued.Count + records.Length > RecordsMax)
            {
                _hasGap = true;
                _queued.Clear();
            }

            var queues = _isWanted && !_hasGap;
            foreach (ref readonly var mark in marks)
            {
                _marks.Add(mark with { Position = queues ? _queued.Count + mark.Position : 0 });
            }

            if (queues)
            {
                _queued.AddRange(records);
            }

            if (_isAwake || ((!_isWanted || records.IsEmpty) && marks.IsEmpty))
            {
                return;
            }

            _isAwake = true;
        }

        _wake();
    }

    /// <inheritdoc/>
    public void OnReplaced(long revision, AuthState auth)
    {
        lock (_gate)
        {
            // At which revision of the replaced state the users changed is unknown: nothing of it is delivered under the rights of before.
            _marks.Add(new AuthMark(0, AuthMark.Unknown, auth));
            _revision = revision;
            _hasGap = true;
            _queued.Clear();
            if (_isAwake)
            {
                return;
            }

            _isAwake = true;
        }

        _wake();
    }

    /// <summary>Delivers everything queued to the hub. One caller at a time.</summary>
    /// <param name="hub">Takes the changes of keys.</param>
    /// <param name="onAuthChanged">Receives each change of users and roles when all changes of keys before it are delivered, and none after it.</param>
    public void MoveTo(WatchHub hub, Action<AuthMark>? onAuthChanged = null)
    {
        long revision;
        bool hasGap;
        lock (_gate)
        {
            (_queued, _taken) = (_taken, _queued);
            (_marks, _takenMarks) = (_takenMarks, _marks);
            (revision, hasGap) = (_revision, _hasGap);
            (_hasGap, _isAwake) = (false, false);
        }

        var delivered = 0;
        foreach (var mark in _takenMarks)
        {
            var exact = mark.Revision == AuthMark.Unknown ? mark with { Revision = hub.Revision } : mark;
            Advance(hub, hasGap, delivered, hasGap ? 0 : exact.Position, exact.Revision);
            delivered = hasGap ? 0 : exact.Position;
            onAuthChanged?.Invoke(exact);
        }

        Advance(hub, hasGap, delivered, _taken.Count, revision);
        _taken.Clear();
        _takenMarks.Clear();
    }

    private void Advance(WatchHub hub, bool hasGap, int from, int to, long revision)
    {
        if (hasGap)
        {
            hub.Skip(Math.Max(revision, hub.Revision));
        }
        else if (revision > hub.Revision)
        {
            hub.Distribute(CollectionsMarshal.AsSpan(_taken)[from..to], revision);
        }
    }
}
