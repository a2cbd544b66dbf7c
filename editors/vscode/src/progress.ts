// A job that lasts is seen: a notification with what it does, and a button that stops it.
import * as vscode from "vscode";
import type { Job, Jobs } from "./jobs";

const PATIENCE_MILLISECONDS = 600;

/** Jobs that last, so that their person looks elsewhere meanwhile. */
const LONG = new Set(["kimi.component", "kimi.visualFix"]);

/** Show the jobs that last, and those that no view shows; `shown` says which a view does. */
export function progress(jobs: Jobs, shown: (job: Job) => boolean): vscode.Disposable {
  const known = new Set<string>();
  return jobs.onDidChange(() => {
    for (const job of jobs.list()) {
      if (known.has(job.tag)) continue;
      known.add(job.tag);
      setTimeout(() => {
        const wanted = LONG.has(job.command) || !shown(job);
        if (wanted && lasts(jobs, job)) void notify(jobs, job);
      }, PATIENCE_MILLISECONDS);
    }
  });
}

/** The name of a job, as it is shown while it runs. */
export function title(job: Job): string {
  const { t } = vscode.l10n;
  switch (job.command) {
    case "kimi.explain":
      return t("Kimi explains");
    case "kimi.fix":
      return t("Kimi fixes");
    case "kimi.ask":
      return t("Kimi answers");
    case "kimi.component":
      return t("Kimi makes a component");
    case "kimi.visualFix":
      return t("Kimi looks at how it looks");
    default:
      return t("Kimi changes code");
  }
}

/** While its person is asked about an edit, there is nothing to wait for but them. */
function lasts(jobs: Jobs, job: Job): boolean {
  return jobs.list().includes(job) && !job.asks;
}

function notify(jobs: Jobs, job: Job): Thenable<void> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: title(job),
    cancellable: true,
  };
  return vscode.window.withProgress(options, (bar, token) => {
    token.onCancellationRequested(() => void jobs.stop(job));
    return new Promise<void>((resolve) => {
      bar.report({ message: job.message });
      const changes = jobs.onDidChange(() => {
        if (lasts(jobs, job)) return bar.report({ message: job.message });
        changes.dispose();
        resolve();
      });
    });
  });
}
