using MetaStore.IO;

namespace MetaStore.Server.Apply;

/// <summary>Work that what completes a group of calls leaves to be done once, when the whole group is completed: on the same thread, without a wake-up.</summary>
internal static class AfterCompletion
{
    [ThreadStatic]
    private static List<IThreadPoolWorkItem>? _left;

    [ThreadStatic]
    private static bool _isCompleting;

    /// <summary>This thread begins to complete a group; <see cref="End"/> follows.</summary>
    public static void Begin() => _isCompleting = true;

    /// <summary>Runs an item at the end of the group that this thread completes, or on another thread when it completes none.</summary>
    /// <param name="item">Must not block.</param>
    /// <param name="background">Runs it otherwise.</param>
    public static void Run(IThreadPoolWorkItem item, BackgroundWork background)
    {
        if (_isCompleting)
        {
            (_left ??= []).Add(item);
        }
        else
        {
            background.Queue(item);
        }
    }

    /// <summary>The group is completed: runs what was left.</summary>
    public static void End()
    {
        _isCompleting = false;
        if (_left is not { Count: > 0 } left)
        {
            return;
        }

        // What runs may itself complete a group.
        _left = null;
        foreach (IThreadPoolWorkItem item in left)
        {
            item.Execute();
        }

        left.Clear();
        _left ??= left;
    }
}
