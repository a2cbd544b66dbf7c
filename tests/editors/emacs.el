;; Driven by test_emacs.py: Emacs with eglot and nothing else of ours, as the manual configures it.
(setq native-comp-async-report-warnings-errors 'silent make-backup-files nil create-lockfiles nil
      auto-save-default nil eglot-sync-connect 20 eglot-confirm-server-initiated-edits nil
      eglot-confirm-server-edits nil)
(require 'eglot)
(require 'seq)

(defun wait-for (what check)
  "Wait until CHECK is true of WHAT, or fail."
  (let ((end (+ (float-time) 30)))
    (while (and (not (funcall check)) (< (float-time) end)) (accept-process-output nil 0.05))
    (unless (funcall check) (error "Waited in vain for %s on %S" what (buffer-string)))))

(defun choose (title)
  "Take the code action TITLE of the menu at point."
  (let* ((last-nonmenu-event ?x)
         (completing-read-function
          (lambda (_prompt all &rest _)
            (let ((titles (all-completions "" all)))
              (or (seq-find (lambda (one) (equal one title)) titles)
                  (error "No %S in %S" title titles))))))
    (call-interactively #'eglot-code-actions)))

(defun ask (method argument)
  (jsonrpc-request (eglot-current-server) method argument :timeout 20))

(let ((file (getenv "KIMI_TEST_FILE")) (project-find-functions nil))
  (add-to-list 'eglot-server-programs `(python-mode . (,(getenv "KIMI_TEST_SERVER"))))
  (find-file file)
  (python-mode)
  (unless (eglot-managed-p) (call-interactively #'eglot))
  (wait-for "the server" #'eglot-managed-p)
  ;; An edit that needs no typing, chosen from the editor's own menu, and one undo.
  (goto-char (point-min))
  (let ((before (buffer-string)))
    (set-mark (point))
    (forward-line 2)
    (activate-mark)
    (choose "Document with Kimi")
    (wait-for "the edit" (lambda () (string-match-p "Square a number" (buffer-string))))
    (deactivate-mark)
    (undo-boundary)
    (undo)
    (unless (equal before (buffer-string)) (error "One undo left %S" (buffer-string))))
  ;; An explanation, and its hover.
  (goto-char (point-min))
  (forward-line 1)
  (choose "Explain with Kimi")
  (wait-for
   "the hover"
   (lambda ()
     (let* ((place (eglot--TextDocumentPositionParams))
            (hover (ask :textDocument/hover place)))
       (and hover (string-match-p "squares a number" (format "%S" hover))))))
  (message "SEEN"))
