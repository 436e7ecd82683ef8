using System.Runtime.InteropServices;
using MetaStore.StateMachine.Watch.Events;

namespace MetaStore.StateMachine.Watch;

/// <summary>Queues published changes until the hub takes them: the only part of watching that the apply thread uses.</summary>
/// <remarks>
/// Bounded. When the hub does not keep up, the queue is dropped and replaced by a gap, which watchers fill from history. Without watchers
/// nothing is queued. Thread-safe.
/// </remarks>
public sealed class PublishedChanges : IRevisionSink
{
    /// <summary>Maximum number of queued changes; they are references to records that the engine holds as well.</summary>
    public const int RecordsMax = 65_536;

    private readonly Lock _gate = new();
    private readonly Action _wake;
    private List<RevisionRecord> _queued = [];
    private List<RevisionRecord> _taken = [];
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
    public void OnPublished(ReadOnlySpan<RevisionRecord> records, long revision)
    {
        lock (_gate)
        {
            _revision = revision;
            if (!_isWanted || records.IsEmpty)
            {
                return;
            }

            if (_queued.Count + records.Length > RecordsMax)
            {
                _hasGap = true;
                _queued.Clear();
            }
            else if (!_hasGap)
            {
                _queued.AddRange(records);
            }

            if (_isAwake)
            {
                return;
            }

            _isAwake = true;
        }

        _wake();
    }

    /// <inheritdoc/>
    public void OnReplaced(long revision)
    {
        lock (_gate)
        {
            _revision = revision;
            _hasGap = true;
            _queued.Clear();
            if (!_isWanted || _isAwake)
            {
                return;
            }

            _isAwake = true;
        }

        _wake();
    }

    /// <summary>Delivers everything queued to the hub. One caller at a time.</summary>
    public void MoveTo(WatchHub hub)
    {
        long revision;
        bool hasGap;
        lock (_gate)
        {
            (_queued, _taken) = (_taken, _queued);
            (revision, hasGap) = (_revision, _hasGap);
            (_hasGap, _isAwake) = (false, false);
        }

        if (hasGap)
        {
            hub.Skip(revision);
        }
        else if (revision != hub.Revision)
        {
            hub.Distribute(CollectionsMarshal.AsSpan(_taken), revision);
        }

        _taken.Clear();
    }
}
