using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Settings;
using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.Hosting.Reload;

/// <summary>Reads the configuration again and applies what has changed; the log has one line for each change.</summary>
/// <param name="started">The configuration that the member runs with.</param>
/// <param name="read">Reads all sources again.</param>
/// <param name="apply">Applies changed settings; see <see cref="LiveSettings.Apply"/>.</param>
/// <param name="log">Receives the changes and the errors.</param>
internal sealed class SettingsReload(
    ConfigurationResult started, Func<ConfigurationResult> read, Action<IReadOnlyCollection<string>, ConfigurationResult> apply, ServerLog log)
{
    private readonly Lock _one = new();
    private ConfigurationResult _current = started;

    /// <summary>Reads and applies. A configuration with errors changes nothing.</summary>
    public void Run()
    {
        lock (_one)
        {
            ConfigurationResult next = read();
            if (next.Errors.Count > 0)
            {
                foreach (ConfigurationError error in next.Errors)
                {
                    log.ReloadRefused(ConfigurationText.Errors([error]).TrimEnd());
                }

                return;
            }

            foreach (string warning in next.Warnings.Except(_current.Warnings))
            {
                log.ConfigurationWarning(warning);
            }

            Setting[] changed = [.. SettingCatalogue.All.Where(setting => setting.Show(_current.Options) != setting.Show(next.Options))];
            apply([.. changed.Select(setting => setting.Flag).Where(LiveSettings.Contains)], next);
            foreach (Setting setting in changed)
            {
                Log(setting, setting.Show(_current.Options), setting.Show(next.Options));
            }

            log.Reloaded(changed.Length);
            _current = next;
        }
    }

    private void Log(Setting setting, string before, string after)
    {
        if (LiveSettings.Contains(setting.Flag))
        {
            log.SettingChanged(setting.Flag, before, after);
        }
        else
        {
            log.SettingNeedsRestart(setting.Flag, before, after);
        }
    }
}
